import type { Knex } from 'knex';
import type { CatalogIndex, CatalogService } from './catalogIndex';

const DIMENSIONS = ['owner', 'system', 'domain'] as const;

/** The holder of the first observation counts for all that was before. */
const EPOCH = new Date(0);

/** Instances of the plugin take turns at writing what they saw. */
const LOCK = 'four-keys.enrichment';

interface EntityRow {
  readonly service: string;
  readonly entity: CatalogService | null;
}

interface HolderRow {
  readonly service: string;
  readonly dimension: (typeof DIMENSIONS)[number];
  readonly fromTime: Date;
  readonly holder: string | null;
}

const COLUMNS = `service text, entity_ref text, incident_source boolean, kind text,
  title text, risk text, slo text, updated_at timestamptz`;

const toColumns = ({ service, entity }: EntityRow, now: Date) => ({
  service,
  entity_ref: entity?.entityRef ?? null,
  incident_source: entity?.incidentSource ?? false,
  kind: entity?.kind ?? null,
  title: entity?.title ?? null,
  risk: entity?.risk ?? null,
  slo: entity?.slo ?? null,
  updated_at: now,
});

/** Rows of many columns travel as one JSON text: no limit of parameters, and names instead of places. */
async function writeEntities(
  tx: Knex.Transaction,
  rows: readonly EntityRow[],
  options: { readonly now: Date; readonly onConflict: string },
): Promise<void> {
  await tx.raw(
    `
    INSERT INTO service_entities AS e
      (service, entity_ref, incident_source, kind, title, risk, slo, updated_at)
    SELECT * FROM jsonb_to_recordset(?::jsonb) AS r (${COLUMNS})
    ON CONFLICT (service) ${options.onConflict}`,
    [JSON.stringify(rows.map(row => toColumns(row, options.now)))],
  );
}

const UPDATE = `DO UPDATE SET
  entity_ref = excluded.entity_ref,
  incident_source = excluded.incident_source,
  kind = excluded.kind,
  title = excluded.title,
  risk = excluded.risk,
  slo = excluded.slo,
  removed_at = NULL,
  updated_at = excluded.updated_at`;

async function insertHolders(
  tx: Knex.Transaction,
  rows: readonly HolderRow[],
): Promise<void> {
  await tx.raw(
    `
    INSERT INTO service_holders (service, dimension, from_time, holder)
    SELECT * FROM jsonb_to_recordset(?::jsonb)
      AS r (service text, dimension text, from_time timestamptz, holder text)
    ON CONFLICT DO NOTHING`,
    [
      JSON.stringify(
        rows.map(({ service, dimension, fromTime, holder }) => ({
          service,
          dimension,
          from_time: fromTime,
          holder,
        })),
      ),
    ],
  );
}

const byService = (a: { service: string }, b: { service: string }) =>
  a.service < b.service ? -1 : 1;

/** Makes sure that services which events name have a row; what is there stays. */
export async function insertServices(
  tx: Knex.Transaction,
  services: readonly string[],
  index: CatalogIndex,
  now: Date,
): Promise<void> {
  const rows = [...services].sort().map(service => ({
    service,
    entity: index.resolve(service) ?? null,
  }));
  await writeEntities(tx, rows, { now, onConflict: 'DO NOTHING' });
  const holders = rows.flatMap(({ service, entity }) =>
    DIMENSIONS.filter(dimension => entity?.[dimension]).map(dimension => ({
      service,
      dimension,
      fromTime: EPOCH,
      holder: entity![dimension],
    })),
  );
  if (holders.length > 0) {
    await insertHolders(tx, holders);
  }
}

interface StoredEntity {
  service: string;
  entity_ref: string | null;
  incident_source: boolean;
  kind: string | null;
  title: string | null;
  risk: string | null;
  slo: string | null;
  removed_at: Date | null;
}

const differs = (stored: StoredEntity | undefined, entity: CatalogService) =>
  !stored ||
  stored.removed_at !== null ||
  stored.entity_ref !== entity.entityRef ||
  stored.incident_source !== entity.incidentSource ||
  stored.kind !== entity.kind ||
  stored.title !== entity.title ||
  stored.risk !== entity.risk ||
  stored.slo !== entity.slo;

/**
 * Brings the stored entities and holders in line with the catalog.
 *
 * @returns services whose entity the catalog lacks and that `isGone` spared.
 */
export async function applyCatalog(
  knex: Knex,
  options: {
    readonly index: CatalogIndex;
    readonly now: Date;
    /** Whether an entity has been missing for long enough to be gone. */
    readonly isGone: (service: string) => boolean;
  },
): Promise<{ missing: string[] }> {
  const { index, now, isGone } = options;
  return knex.transaction(async tx => {
    await tx.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [LOCK]);
    const stored = new Map(
      (await tx<StoredEntity>('service_entities').select('*')).map(row => [
        row.service,
        row,
      ]),
    );
    const holders = new Map<string, string | null>(
      (
        await tx('service_holders')
          .distinctOn('service', 'dimension')
          .select<
            Array<{ service: string; dimension: string; holder: string | null }>
          >('service', 'dimension', 'holder')
          .orderBy([
            'service',
            'dimension',
            { column: 'from_time', order: 'desc' },
          ])
      ).map(row => [`${row.dimension} ${row.service}`, row.holder]),
    );

    const wanted = new Map<string, CatalogService | undefined>(
      index.services(),
    );
    for (const service of stored.keys()) {
      wanted.set(service, index.resolve(service));
    }

    const changed: EntityRow[] = [];
    const moved: HolderRow[] = [];
    const gone: string[] = [];
    const missing: string[] = [];
    for (const [service, entity] of wanted) {
      if (!entity) {
        const row = stored.get(service);
        if (row?.entity_ref && row.removed_at === null) {
          (isGone(service) ? gone : missing).push(service);
        }
        continue;
      }
      if (differs(stored.get(service), entity)) {
        changed.push({ service, entity });
      }
      for (const dimension of DIMENSIONS) {
        const known = holders.get(`${dimension} ${service}`);
        const holder = entity[dimension];
        if (known === undefined ? holder !== null : known !== holder) {
          moved.push({
            service,
            dimension,
            fromTime: known === undefined ? EPOCH : now,
            holder,
          });
        }
      }
    }
    if (changed.length > 0) {
      await writeEntities(tx, changed.sort(byService), {
        now,
        onConflict: UPDATE,
      });
    }
    if (gone.length > 0) {
      await tx('service_entities')
        .whereIn('service', gone)
        .update({ removed_at: now, updated_at: now });
    }
    if (moved.length > 0) {
      await insertHolders(tx, moved.sort(byService));
    }
    return { missing };
  });
}

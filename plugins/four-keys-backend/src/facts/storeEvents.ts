import type { ContractEvent } from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { ensurePartitions, query } from '../database';
import { causeServiceOf, claimData, serviceOf } from './claim';
import { identityOf, payloadHash } from './identity';

/** An event as the collector hands it over. @public */
export interface EventToStore {
  readonly event: ContractEvent;
  /** When the collector read it. */
  readonly receivedAt: Date;
  /** What the catalog said about its service at that moment. */
  readonly enrichment?: Record<string, unknown>;
}

/** What became of a batch. @public */
export interface StoreResult {
  /** Events that were not known before. */
  readonly stored: number;
  /** Events that were known, with the same payload. */
  readonly duplicates: number;
  /** Events whose identity another payload has taken: the stored one stays. */
  readonly conflicts: Array<{ source: string; id: string }>;
}

interface Row extends EventToStore {
  readonly identity: string;
  readonly payload: string;
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

async function insertClaims(
  tx: Knex.Transaction,
  rows: readonly Row[],
): Promise<Set<string>> {
  const inserted = await query<{ identity: string }>(
    tx,
    `INSERT INTO claims (identity, payload, service, kind, "time", source, id, data, enrichment, received_at)
     SELECT * FROM unnest(
       ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::timestamptz[],
       ?::text[], ?::text[], ?::jsonb[], ?::jsonb[], ?::timestamptz[])
     ON CONFLICT DO NOTHING RETURNING identity`,
    [
      rows.map(row => row.identity),
      rows.map(row => row.payload),
      rows.map(row => serviceOf(row.event) ?? null),
      rows.map(row => row.event.kind),
      rows.map(row => new Date(row.event.time).toISOString()),
      rows.map(row => row.event.source),
      rows.map(row => row.event.id),
      rows.map(row => JSON.stringify(claimData(row.event))),
      rows.map(row => (row.enrichment ? JSON.stringify(row.enrichment) : null)),
      rows.map(row => row.receivedAt.toISOString()),
    ],
  );
  return new Set(inserted.map(row => row.identity));
}

async function insertRawEvents(
  tx: Knex.Transaction,
  rows: readonly Row[],
): Promise<void> {
  await ensurePartitions(
    tx,
    rows.map(row => row.receivedAt),
  );
  await query(
    tx,
    `INSERT INTO events (received_at, identity, envelope)
     SELECT * FROM unnest(?::timestamptz[], ?::uuid[], ?::jsonb[])`,
    [
      rows.map(row => row.receivedAt.toISOString()),
      rows.map(row => row.identity),
      rows.map(row => JSON.stringify(row.event.envelope)),
    ],
  );
}

async function insertTies(
  tx: Knex.Transaction,
  rows: readonly Row[],
): Promise<void> {
  const ties = new Map<string, readonly [string, string]>();
  for (const { event } of rows) {
    const service = serviceOf(event);
    const cause = causeServiceOf(event);
    if (service !== undefined && cause !== undefined) {
      ties.set(`${service}\0${cause}`, [service, cause]);
    }
  }
  if (ties.size === 0) {
    return;
  }
  const sorted = [...ties].sort(([a], [b]) => compare(a, b)).map(([, t]) => t);
  await query(
    tx,
    `INSERT INTO service_ties (service, cause_service)
     SELECT * FROM unnest(?::text[], ?::text[]) ON CONFLICT DO NOTHING`,
    [sorted.map(tie => tie[0]), sorted.map(tie => tie[1])],
  );
}

async function markDirty(
  tx: Knex.Transaction,
  rows: readonly Row[],
): Promise<void> {
  const marks = new Map<
    string,
    { service: string; environment: string; from: number }
  >();
  for (const { event } of rows) {
    const service = serviceOf(event);
    if (service === undefined) {
      continue;
    }
    const environment =
      'environment' in event.data && typeof event.data.environment === 'string'
        ? event.data.environment
        : '';
    const key = `${service}\0${environment}`;
    const from = Math.min(marks.get(key)?.from ?? Infinity, event.time);
    marks.set(key, { service, environment, from });
  }
  if (marks.size === 0) {
    return;
  }
  const sorted = [...marks]
    .sort(([a], [b]) => compare(a, b))
    .map(([, mark]) => mark);
  await query(
    tx,
    `INSERT INTO dirty (service, environment, from_time)
     SELECT * FROM unnest(?::text[], ?::text[], ?::timestamptz[])`,
    [
      sorted.map(mark => mark.service),
      sorted.map(mark => mark.environment),
      sorted.map(mark => new Date(mark.from).toISOString()),
    ],
  );
}

/** Of rows that were not inserted, those that differ from what is stored. */
async function findConflicts(
  tx: Knex.Transaction,
  rows: readonly Row[],
): Promise<Row[]> {
  if (rows.length === 0) {
    return [];
  }
  const stored = await query<{ identity: string; payload: string }>(
    tx,
    'SELECT identity, payload FROM claims WHERE identity = ANY(?::uuid[])',
    [rows.map(row => row.identity)],
  );
  const payloads = new Map(stored.map(row => [row.identity, row.payload]));
  return rows.filter(row => payloads.get(row.identity) !== row.payload);
}

/**
 * Stores a batch of events within the collector's transaction: their claims,
 * the raw events, and which services to derive anew. An event that is stored
 * already is left as it is, so a batch may be stored again.
 *
 * @public
 */
export async function storeEvents(
  tx: Knex.Transaction,
  events: ReadonlyArray<EventToStore>,
): Promise<StoreResult> {
  if (events.length === 0) {
    return { stored: 0, duplicates: 0, conflicts: [] };
  }
  const rows = events.map(entry => ({
    ...entry,
    identity: identityOf(entry.event),
    payload: payloadHash(entry.event.envelope),
  }));
  const firsts = new Map<string, Row>();
  for (const row of rows) {
    if (!firsts.has(row.identity)) {
      firsts.set(row.identity, row);
    }
  }
  // Ordered by key, so that two collectors never wait for each other in a circle.
  const unique = [...firsts.values()].sort((a, b) =>
    compare(a.identity, b.identity),
  );
  const inserted = await insertClaims(tx, unique);
  const fresh = unique.filter(row => inserted.has(row.identity));
  if (fresh.length > 0) {
    await insertRawEvents(tx, fresh);
    await insertTies(tx, fresh);
    await markDirty(tx, fresh);
  }
  const isFresh = (row: Row) =>
    inserted.has(row.identity) && firsts.get(row.identity) === row;
  const known = rows.filter(row => !isFresh(row));
  const conflicts = await findConflicts(tx, known);
  return {
    stored: fresh.length,
    duplicates: known.length - conflicts.length,
    conflicts: conflicts.map(({ event }) => ({
      source: event.source,
      id: event.id,
    })),
  };
}

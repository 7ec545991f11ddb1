import type { Knex } from 'knex';
import { query } from '../database';
import type { Claim } from '../facts';
import { compareEvents } from '../derivation';

export type ScaffoldClaim = Claim<'scaffold.started' | 'scaffold.completed'>;

/** How long a run may take and still be found whole. */
const LONGEST_RUN_MS = 24 * 60 * 60 * 1000;

/** One run of a template. Instants in milliseconds. */
export interface TemplateRun {
  readonly template: string;
  readonly version: string | null;
  readonly id: string;
  readonly correlationId: string | undefined;
  /** Null: it ended, and its events do not say how. */
  readonly status: 'success' | 'failure' | 'cancelled' | 'running' | null;
  /** When it ended; while it goes on, when it began. */
  readonly at: number;
  /** Undefined: not told. */
  readonly seconds: number | undefined;
  /** The service that it made; null: not told. */
  readonly service: string | null;
}

type Completed = Extract<ScaffoldClaim, { kind: 'scaffold.completed' }>;

const OUTCOMES = ['success', 'failure', 'cancelled'] as const;

/** The event that decides: the earliest success, else failure, else whatever ended it. */
function decisive(completed: readonly Completed[]): Completed | undefined {
  for (const outcome of OUTCOMES) {
    const found = completed.find(claim => claim.data.status === outcome);
    if (found) {
      return found;
    }
  }
  return completed[0];
}

function mergeRun(claims: readonly ScaffoldClaim[]): TemplateRun {
  const data: ScaffoldClaim['data'] = Object.assign(
    {},
    ...claims.map(claim => claim.data),
  );
  const started = claims.find(claim => claim.kind === 'scaffold.started');
  const end = decisive(
    claims.filter(
      (claim): claim is Completed => claim.kind === 'scaffold.completed',
    ),
  );
  const given = end?.data.duration_ms;
  const measured = end && started && end.time - started.time;
  const milliseconds = given ?? measured;
  return {
    template: data.template_id,
    version: data.template_version ?? null,
    id: data.run_id,
    correlationId: data.correlation_id,
    status: end
      ? OUTCOMES.find(outcome => outcome === end.data.status) ?? null
      : 'running',
    at: (end ?? claims[0]).time,
    seconds:
      milliseconds === undefined || milliseconds < 0
        ? undefined
        : milliseconds / 1000,
    service: data.service_id ?? null,
  };
}

/** What the events of template runs say together, whatever their order. */
export function foldRuns(claims: readonly ScaffoldClaim[]): TemplateRun[] {
  const runs = new Map<string, ScaffoldClaim[]>();
  for (const claim of [...claims].sort(compareEvents)) {
    const key = JSON.stringify([claim.data.template_id, claim.data.run_id]);
    const known = runs.get(key);
    if (known) {
      known.push(claim);
    } else {
      runs.set(key, [claim]);
    }
  }
  return [...runs.values()].map(mergeRun);
}

/** The services that changes with the id of a run name as theirs. */
async function findServices(
  knex: Knex,
  correlationIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await query<{ id: string; service: string }>(
    knex,
    `SELECT data->>'correlation_id' AS id, min(service) AS service FROM claims
     WHERE kind = 'change.created' AND data->>'correlation_id' = ANY(?::text[])
     GROUP BY 1`,
    [correlationIds],
  );
  return new Map(rows.map(row => [row.id, row.service]));
}

/** The runs that ended in a window, or began in it and go on. */
export async function readRuns(
  knex: Knex,
  window: {
    readonly from: number;
    readonly to: number;
    readonly template?: string;
    /** The services that the asker may see; null: all. */
    readonly visible: ReadonlySet<string> | null;
  },
): Promise<TemplateRun[]> {
  const { from, to, template, visible } = window;
  const claims = await query<ScaffoldClaim>(
    knex,
    `SELECT kind, (extract(epoch FROM "time") * 1000)::float8 AS "time", source, id, data
     FROM claims WHERE kind IN ('scaffold.started', 'scaffold.completed')
       AND "time" >= :from AND "time" < :to
       ${template === undefined ? '' : `AND data->>'template_id' = :template`}`,
    {
      from: new Date(from - LONGEST_RUN_MS).toISOString(),
      to: new Date(to).toISOString(),
      template,
    },
  );
  const runs = foldRuns(claims).filter(run => run.at >= from);
  const services = await findServices(
    knex,
    runs.flatMap(run => (run.service === null ? run.correlationId ?? [] : [])),
  );
  return runs
    .map(run => ({
      ...run,
      service: run.service ?? services.get(run.correlationId ?? '') ?? null,
    }))
    .filter(
      ({ service }) =>
        service === null || visible === null || visible.has(service),
    );
}

import { ServiceUnavailableError } from '@backstage/errors';
import { Client } from 'pg';
import { get, Target } from '../example/health';
import { BENCH_DAYS } from './events';
import { Spread, spreadOf } from './statistics';

const DAY_MS = 86_400_000;

function windowOf(days: number): URLSearchParams {
  const to = Date.now();
  return new URLSearchParams({
    from: new Date(to - days * DAY_MS).toISOString(),
    to: new Date(to).toISOString(),
  });
}

async function measure(
  rounds: number,
  ask: () => Promise<unknown>,
): Promise<Spread> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    await ask();
    took.push(performance.now() - begin);
  }
  return spreadOf(took);
}

/** Milliseconds of a table of 100 services, 30 days. */
export function measureTable(target: Target, rounds: number): Promise<Spread> {
  const query = windowOf(30);
  query.set('limit', '100');
  return measure(rounds, () => get(target, `/metrics/by/service?${query}`));
}

interface FleetAnswer {
  readonly metrics: {
    readonly deploymentFrequency: { readonly count: number };
  };
}

/** What the whole fleet did in 90 days by week, derived and from the events. */
export interface FleetResult {
  /** Milliseconds of `GET /metrics`. */
  readonly fleetMs: Spread;
  /** Milliseconds of the same question to the stored events, without HTTP. */
  readonly rawMs: Spread;
}

/** Deployments, failures and lead times by week from what the events say. */
const RAW = `
  WITH deploy AS MATERIALIZED (
    SELECT service, data->>'deployment_id' AS id, data->>'commit_sha' AS sha,
      "time", date_trunc('week', "time") AS week
    FROM claims WHERE kind = 'deploy.completed' AND "time" >= $1 AND "time" < $2
      AND data->>'environment' = 'production' AND data->>'status' = 'success'
  ), change AS (
    SELECT service, data->>'commit_sha' AS sha,
      (item->>'committed_at')::float8 AS committed
    FROM claims, jsonb_array_elements(data->'commits') AS item
    WHERE kind = 'change.merged'
  ), opened AS (
    SELECT service, data->'cause'->>'deployment_id' AS cause
    FROM claims WHERE kind = 'incident.opened'
  ), lead AS (
    SELECT week, percentile_cont(0.5) WITHIN GROUP (
      ORDER BY extract(epoch FROM deploy."time") - committed / 1000) AS p50
    FROM deploy JOIN change USING (service, sha) GROUP BY ROLLUP (week)
  ), rate AS (
    SELECT week, count(*)::int AS deployments, count(cause)::int AS failed
    FROM deploy LEFT JOIN opened
      ON opened.service = deploy.service AND opened.cause = deploy.id
    GROUP BY ROLLUP (week)
  )
  SELECT * FROM rate LEFT JOIN lead ON lead.week IS NOT DISTINCT FROM rate.week
  ORDER BY rate.week NULLS FIRST`;

/**
 * Asks for the whole fleet, 90 days by week.
 *
 * @throws ServiceUnavailableError when the two count different deployments.
 */
export async function measureFleet(
  target: Target,
  options: { readonly connectionString: string; readonly rounds: number },
): Promise<FleetResult> {
  const query = windowOf(BENCH_DAYS);
  query.set('bucket', 'week');
  let counted = 0;
  const fleetMs = await measure(options.rounds, async () => {
    const answer = (await get(target, `/metrics?${query}`)) as FleetAnswer;
    counted = answer.metrics.deploymentFrequency.count;
  });
  const client = new Client({ connectionString: options.connectionString });
  await client.connect();
  try {
    const rawMs = await measure(Math.min(options.rounds, 5), async () => {
      const { rows } = await client.query<{ deployments: number }>(RAW, [
        query.get('from'),
        query.get('to'),
      ]);
      if (rows[0].deployments !== counted) {
        throw new ServiceUnavailableError(
          `The events have ${rows[0].deployments} deployments, but the metrics ${counted}`,
        );
      }
    });
    return { fleetMs, rawMs };
  } finally {
    await client.end();
  }
}

import { ServiceUnavailableError } from '@backstage/errors';
import { Client } from 'pg';
import { get, Target } from '../example/health';
import { BENCH_DAYS } from './events';
import { Spread, spreadOf } from './statistics';

/**
 * The four numbers of a service by week, from what the events say and nothing
 * else. It knows no release, rollback, retry or correction, so it does less
 * than what it is compared with.
 */
const QUESTION = `
  with deploy as (
    select data->>'deployment_id' as id, data->>'commit_sha' as sha, "time",
      date_trunc('week', "time") as week
    from claims
    where service = $1 and kind = 'deploy.completed' and "time" >= $2 and "time" < $3
      and data->>'environment' = 'production' and data->>'status' = 'success'
  ), change as (
    select data->>'commit_sha' as sha, (item->>'committed_at')::float8 as committed
    from claims, jsonb_array_elements(data->'commits') as item
    where service = $1 and kind = 'change.merged'
  ), opened as (
    select data->>'incident_id' as id, data->'cause'->>'deployment_id' as cause, "time"
    from claims where service = $1 and kind = 'incident.opened'
  ), resolved as (
    select data->>'incident_id' as id, "time"
    from claims where service = $1 and kind = 'incident.resolved'
  ), lead as (
    select week, percentile_cont(0.5) within group (
      order by extract(epoch from deploy."time") - committed / 1000) as p50
    from deploy join change using (sha) group by rollup (week)
  ), restore as (
    select date_trunc('week', resolved."time") as week, percentile_cont(0.5) within group (
      order by resolved."time" - opened."time") as p50
    from opened join resolved using (id)
    where resolved."time" >= $2 and resolved."time" < $3
    group by rollup (date_trunc('week', resolved."time"))
  ), rate as (
    select week, count(*)::int as deployments,
      count(*) filter (where exists (select from opened where cause = deploy.id)) as failed
    from deploy group by rollup (week)
  )
  select rate.week, rate.deployments, rate.failed, lead.p50 as lead, restore.p50 as restore
  from rate
  left join lead on lead.week is not distinct from rate.week
  left join restore on restore.week is not distinct from rate.week
  order by rate.week nulls first`;

/**
 * Asks the stored events themselves what `GET /metrics` answers from derived
 * rows, in the database and without HTTP.
 *
 * @returns milliseconds.
 * @throws ServiceUnavailableError when the two count different deployments:
 * a question that is answered wrongly would win every comparison.
 */
export async function measureRawFacts(
  target: Target,
  options: {
    readonly connectionString: string;
    readonly services: readonly string[];
    readonly onProgress: (text: string) => void;
  },
): Promise<Spread> {
  const client = new Client({ connectionString: options.connectionString });
  await client.connect();
  try {
    const to = new Date();
    const from = new Date(to.getTime() - BENCH_DAYS * 86_400_000);
    const took: number[] = [];
    for (const service of options.services) {
      const begin = performance.now();
      const { rows } = await client.query<{ deployments: number }>(QUESTION, [
        service,
        from,
        to,
      ]);
      took.push(performance.now() - begin);
      const counted = await countedByApi(target, { service, from, to });
      if (rows[0].deployments !== counted) {
        throw new ServiceUnavailableError(
          `${service} has ${rows[0].deployments} deployments in its events, but ${counted} in its metrics`,
        );
      }
      options.onProgress(`${took.length} questions`);
    }
    return spreadOf(took);
  } finally {
    await client.end();
  }
}

async function countedByApi(
  target: Target,
  asked: { readonly service: string; readonly from: Date; readonly to: Date },
): Promise<number> {
  const query = new URLSearchParams({
    service: asked.service,
    from: asked.from.toISOString(),
    to: asked.to.toISOString(),
  });
  const answer = (await get(target, `/metrics?${query}`)) as {
    metrics: { deploymentFrequency: { count: number } };
  };
  return answer.metrics.deploymentFrequency.count;
}

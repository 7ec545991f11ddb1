import {
  formatInstant,
  safeUrl,
  type BuildRow,
  type DeploymentRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import type { Claim } from '../facts';

type BuildClaim = Claim<'build.started' | 'build.completed'>;

const MOST_BUILDS = 50;

const instant = (at: number | undefined) =>
  at === undefined ? null : formatInstant(at);

/** What the events of one run say together; the claims are in their order. */
function mergeRun(claims: readonly BuildClaim[]): BuildRow {
  const data: Partial<BuildClaim['data']> = Object.assign(
    {},
    ...claims.map(claim => claim.data),
  );
  const started = claims.find(claim => claim.kind === 'build.started');
  const completed = claims.filter(claim => claim.kind === 'build.completed');
  const last = completed.at(-1);
  return {
    pipelineRunId: claims[0].data.pipeline_run_id,
    status: last?.data.status ?? null,
    startedAt: instant(data.started_at ?? started?.time),
    finishedAt: instant(last && (last.data.finished_at ?? last.time)),
    artifact: data.artifact ?? null,
    url: safeUrl(data.url),
  };
}

/** The runs that built what a deployment deployed, the earliest first. */
export async function findBuilds(
  knex: Knex,
  deployment: Pick<DeploymentRow, 'service' | 'commitSha' | 'pipelineRunId'>,
): Promise<BuildRow[]> {
  const claims = await query<BuildClaim>(
    knex,
    `WITH build AS MATERIALIZED (
       SELECT kind, (extract(epoch FROM "time") * 1000)::float8 AS "time", source, id, data
       FROM claims WHERE service = :service AND kind IN ('build.started', 'build.completed')
     )
     SELECT * FROM build WHERE data->>'pipeline_run_id' IN (
       SELECT data->>'pipeline_run_id' FROM build
       WHERE data->>'commit_sha' = :sha OR data->>'pipeline_run_id' = :run)
     ORDER BY "time", source, id`,
    {
      service: deployment.service,
      sha: deployment.commitSha,
      run: deployment.pipelineRunId,
    },
  );
  const runs = new Map<string, BuildClaim[]>();
  for (const claim of claims) {
    const run = claim.data.pipeline_run_id;
    runs.set(run, [...(runs.get(run) ?? []), claim]);
  }
  return [...runs.values()].slice(0, MOST_BUILDS).map(mergeRun);
}

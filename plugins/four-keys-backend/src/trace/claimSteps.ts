import type { Joins } from './Joins';
import type { StoryClaim } from './statements';
import {
  idsOf,
  short,
  text,
  toSorted,
  type Fields,
  type SortedStep,
} from './step';

/**
 * The claims about one thing as one: later ones win, what they leave out
 * stays. Whatever the order in which they are given, the result is the same.
 */
function merge(claims: readonly StoryClaim[]) {
  const sorted = [...claims].sort(
    (a, b) => a.time - b.time || (a.id < b.id ? -1 : 1),
  );
  const data: Fields = Object.assign({}, ...sorted.map(claim => claim.data));
  const started = sorted.find(({ kind }) => kind.endsWith('.started'));
  const completed = sorted.filter(({ kind }) => kind.endsWith('.completed'));
  const end = completed.at(-1);
  const given = (name: string) =>
    typeof data[name] === 'number' ? (data[name] as number) : undefined;
  const finished = end && (given('finished_at') ?? end.time);
  const begin =
    given('started_at') ??
    started?.time ??
    (finished !== undefined && given('duration_ms') !== undefined
      ? finished - given('duration_ms')!
      : sorted[0].time);
  return {
    data,
    service: sorted.map(({ service }) => service).find(Boolean) ?? null,
    begin: Math.min(begin, finished ?? begin),
    end: finished ?? null,
    status: end ? text(data.status) ?? 'completed' : 'running',
  };
}

/** A run of a template, from its events. */
export function scaffoldStep(
  claims: readonly StoryClaim[],
  joins: Joins,
): SortedStep {
  const { data, ...run } = merge(claims);
  const version = text(data.template_version);
  const template = `${data.template_id}${version ? ` ${version}` : ''}`;
  return toSorted({
    kind: 'scaffold',
    ...run,
    key: String(data.run_id),
    summary: run.service
      ? `The template ${template} made ${run.service}`
      : `The template ${template} ran`,
    ids: idsOf({
      run_id: data.run_id,
      service_id: run.service,
      template_id: data.template_id,
      template_version: version,
      platform_version: data.platform_version,
    }),
    joinedBy: joins.byCorrelation(),
    links: [],
  });
}

/** A run of a pipeline, from its events. */
export function buildStep(
  claims: readonly StoryClaim[],
  joins: Joins,
): SortedStep {
  const { data, ...build } = merge(claims);
  const run = String(data.pipeline_run_id);
  const sha = text(data.commit_sha);
  let joinedBy = joins.by('run', run);
  if (joins.carried(build.service, 'build', run)) {
    joinedBy = joins.byCorrelation();
  } else if (sha !== null && joins.carried(build.service, 'commit', sha)) {
    joinedBy = joins.by('commit', sha);
  }
  return toSorted({
    kind: 'build',
    ...build,
    key: `${build.service} ${run}`,
    summary: `Run ${run} built ${sha ? short(sha) : build.service}`,
    ids: idsOf({
      pipeline_run_id: run,
      service_id: build.service,
      commit_sha: sha,
      artifact: data.artifact,
    }),
    joinedBy,
    links: [],
  });
}

/** The evaluation of a policy. */
export function policyStep(claim: StoryClaim, joins: Joins): SortedStep {
  const data = claim.data as Fields;
  const outcome = String(data.outcome);
  const reasons = Array.isArray(data.reasons) ? data.reasons : [];
  const run = text(data.run_id);
  return toSorted({
    kind: 'policy',
    begin: claim.time,
    end: null,
    status: outcome,
    service: claim.service,
    key: `${data.policy_id} ${claim.source} ${claim.id}`,
    summary: `The policy ${data.policy_id} said ${outcome}${
      reasons.length > 0 ? `: ${reasons.join('; ')}` : ''
    }`,
    ids: idsOf({
      policy_id: data.policy_id,
      run_id: run,
      service_id: claim.service,
      environment: data.environment,
    }),
    joinedBy:
      run === null || data.correlation_id !== undefined
        ? joins.byCorrelation()
        : joins.by('run', run),
    links: [],
  });
}

import type { Claim } from '../facts';
import { append, compareEvents } from './order';
import type { Tiers } from './settings';
import type { Shas } from './shas';

export type DeployClaim = Claim<'deploy.started' | 'deploy.completed'>;

type Completed = Claim<'deploy.completed'>;

export type DeploymentStatus = 'success' | 'failure' | 'cancelled' | 'running';

/** One deployment of a service as its events tell it. Instants in milliseconds. */
export interface Deployment {
  readonly service: string;
  readonly environment: string;
  readonly tier: string | null;
  readonly id: string;
  readonly status: DeploymentStatus;
  /** False for restarts and scalings. */
  readonly counted: boolean;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly kind: string | undefined;
  readonly version: string | undefined;
  /** Made whole where it was shortened. */
  readonly commitSha: string | undefined;
  readonly branch: string | undefined;
  readonly commits: readonly string[] | undefined;
  readonly pipelineRunId: string | undefined;
  readonly releaseId: string | undefined;
  readonly correlationId: string | undefined;
  readonly remediates: string | undefined;
  readonly repository: string | undefined;
  /** Of its pipeline run. */
  readonly url: string | undefined;
}

/** A deployment that reached users and counts. */
export type Success = Deployment & { readonly finishedAt: number };

export function isSuccess(deployment: Deployment): deployment is Success {
  return (
    deployment.counted &&
    deployment.status === 'success' &&
    deployment.finishedAt !== undefined
  );
}

const isDeploy = (claim: Claim): claim is DeployClaim =>
  claim.kind === 'deploy.started' || claim.kind === 'deploy.completed';

/** The events of each deployment of one stream, by its id. */
function groupByDeployment(
  claims: readonly DeployClaim[],
): Map<string, DeployClaim[]> {
  const groups = new Map<string, DeployClaim[]>();
  const runOnly = new Map<string, DeployClaim[]>();
  const idsOfRun = new Map<string, Set<string>>();
  for (const claim of claims) {
    const { deployment_id: id, pipeline_run_id: run } = claim.data;
    if (id !== undefined) {
      append(groups, id, claim);
      if (run !== undefined) {
        idsOfRun.set(run, (idsOfRun.get(run) ?? new Set()).add(id));
      }
    } else if (run !== undefined) {
      append(runOnly, run, claim);
    }
  }
  for (const [run, events] of runOnly) {
    const ids = [...(idsOfRun.get(run) ?? [`run:${run}`])];
    if (ids.length === 1) {
      const known = groups.get(ids[0]) ?? [];
      groups.set(ids[0], [...known, ...events].sort(compareEvents));
    }
  }
  return groups;
}

const finishOf = (claim: Completed) => claim.data.finished_at ?? claim.time;

/** The event whose outcome counts: the earliest to finish, of several the greatest. */
function leadOf(events: readonly DeployClaim[]): Completed | undefined {
  const completed = events.filter(
    (claim): claim is Completed => claim.kind === 'deploy.completed',
  );
  for (const status of ['success', 'failure', 'cancelled'] as const) {
    let lead: Completed | undefined;
    for (const claim of completed) {
      if (
        claim.data.status === status &&
        (!lead || finishOf(claim) <= finishOf(lead))
      ) {
        lead = claim;
      }
    }
    if (lead) {
      return lead;
    }
  }
  return undefined;
}

function mergeDeployment(
  key: { service: string; environment: string; id: string },
  events: readonly DeployClaim[],
  tiers: Tiers,
  shas: Shas,
): Deployment {
  const lead = leadOf(events);
  // Most deployments are told by one event, and merging is what costs.
  const data: Partial<DeployClaim['data']> =
    events.length === 1
      ? events[0].data
      : Object.assign({}, ...events.map(claim => claim.data), lead?.data);
  const started = events.find(claim => claim.kind === 'deploy.started');
  return {
    service: key.service,
    environment: key.environment,
    id: key.id,
    tier: tiers.tierOf(key.environment),
    status: lead?.data.status ?? 'running',
    counted: data.kind !== 'restart' && data.kind !== 'scale',
    startedAt: data.started_at ?? started?.time,
    finishedAt: lead && finishOf(lead),
    kind: data.kind,
    version: data.version,
    commitSha:
      data.commit_sha === undefined ? undefined : shas.whole(data.commit_sha),
    branch: data.branch,
    commits: data.commits?.map(commit => commit.sha),
    pipelineRunId: data.pipeline_run_id,
    releaseId: data.release_id,
    correlationId: data.correlation_id,
    remediates: data.remediates,
    repository: data.repository,
    url: data.url,
  };
}

/** Every deployment of a service. The claims are sorted by {@link compareEvents}. */
export function buildDeployments(
  service: string,
  claims: readonly Claim[],
  tiers: Tiers,
  shas: Shas,
): Deployment[] {
  const streams = new Map<string, DeployClaim[]>();
  for (const claim of claims) {
    if (isDeploy(claim)) {
      append(streams, claim.data.environment, claim);
    }
  }
  return [...streams].flatMap(([environment, events]) =>
    [...groupByDeployment(events)].map(([id, own]) =>
      mergeDeployment({ service, environment, id }, own, tiers, shas),
    ),
  );
}

import { by, groupBy, sorted } from '../order';
import type { Environments } from './environments';
import {
  compareEvents,
  firstGiven,
  greatestFirst,
  type DeployEvent,
} from './events';
import type { ShaResolver } from './shas';

/** @public */
export type DeploymentStatus = 'success' | 'failure' | 'cancelled' | 'running';

/** One deployment, as all events about it together say. @public */
export interface Deployment {
  readonly service: string;
  readonly environment: string;
  /** Null: the environment is unmapped. */
  readonly tier: string | null;
  /** The deployment id, or `run:` and the run's id. */
  readonly id: string;
  readonly status: DeploymentStatus;
  /** Milliseconds since the epoch; of no meaning unless success or failure. */
  readonly finishedAt: number;
  /** As given. */
  readonly kind: string | null;
  readonly version: string | null;
  readonly commitSha: string | null;
  readonly branch: string | null;
  /** The shas that it lists; null: it lists none. */
  readonly commits: readonly string[] | null;
  readonly remediates: string | null;
  readonly releaseId: string | null;
  readonly correlationId: string | null;
}

/** "Order: `(finished_at, id, environment)`." @public */
export const compareDeployments = by<
  Pick<Deployment, 'finishedAt' | 'id' | 'environment'>
>(deployment => [deployment.finishedAt, deployment.id, deployment.environment]);

/**
 * "Kinds `restart` and `scale` are listed and take no part in anything below".
 *
 * @public
 */
export const takesPart = (deployment: Deployment): boolean =>
  deployment.kind !== 'restart' && deployment.kind !== 'scale';

/**
 * "One `deployment_id` in a stream. Events with a `pipeline_run_id` alone
 * belong to the one deployment of the stream whose events name that run; if
 * none does, the run itself is a deployment; if several do, they are ignored."
 */
function groupByDeployment(
  stream: readonly DeployEvent[],
): Map<string, DeployEvent[]> {
  const idsOfRun = new Map<string, Set<string>>();
  for (const { data } of stream) {
    if (
      data.deployment_id !== undefined &&
      data.pipeline_run_id !== undefined
    ) {
      const ids = idsOfRun.get(data.pipeline_run_id) ?? new Set();
      idsOfRun.set(data.pipeline_run_id, ids.add(data.deployment_id));
    }
  }
  const idOf = ({ data }: DeployEvent): string | undefined => {
    if (data.deployment_id !== undefined) {
      return data.deployment_id;
    }
    const ids = [...(idsOfRun.get(String(data.pipeline_run_id)) ?? [])];
    if (ids.length > 1) {
      return undefined;
    }
    return ids[0] ?? `run:${data.pipeline_run_id}`;
  };
  const groups = new Map<string, DeployEvent[]>();
  for (const [id, events] of groupBy(stream, idOf)) {
    if (id !== undefined) {
      groups.set(id, events);
    }
  }
  return groups;
}

const finishOf = (event: DeployEvent) => event.data.finished_at ?? event.time;

/**
 * "`finished_at` (given, else the event's time) of the earliest; that event's
 * fields count (of several at that instant, the greatest)".
 */
const decisive = (events: readonly DeployEvent[]): DeployEvent | undefined =>
  sorted(events, (a, b) => finishOf(a) - finishOf(b) || compareEvents(b, a))[0];

function mergeDeployment(
  id: string,
  events: readonly DeployEvent[],
  environments: Environments,
  wholeSha: ShaResolver,
): Deployment {
  const reporting = (status: DeploymentStatus) =>
    events.filter(
      event =>
        event.kind === 'deploy.completed' && event.data.status === status,
    );
  const status =
    (['success', 'failure', 'cancelled'] as const).find(
      candidate => reporting(candidate).length > 0,
    ) ?? 'running';
  const all = greatestFirst(events);
  const first = decisive(reporting(status)) ?? all[0];
  // "What it lacks comes from the others."
  const ranked = [first, ...all.filter(event => event !== first)];
  const given = <V>(read: (data: DeployEvent['data']) => V | undefined) =>
    firstGiven(ranked, event => read(event.data)) ?? null;
  const { service_id: service, environment } = first.data;
  const sha = given(data => data.commit_sha);

  return {
    service,
    environment,
    tier: environments.tierOf(environment),
    id,
    status,
    finishedAt: finishOf(first),
    kind: given(data => data.kind),
    version: given(data => data.version),
    commitSha: sha === null ? null : wholeSha(sha),
    branch: given(data => data.branch),
    commits: given(data => data.commits?.map(commit => commit.sha)),
    remediates: given(data => data.remediates),
    releaseId: given(data => data.release_id),
    correlationId: given(data => data.correlation_id),
  };
}

/**
 * The deployments of one service, in order.
 *
 * @param events - the deploy events of the service
 */
export function deploymentsOf(
  events: readonly DeployEvent[],
  environments: Environments,
  wholeSha: ShaResolver,
): Deployment[] {
  const streams = groupBy(events, event => event.data.environment);
  const deployments = [...streams.values()].flatMap(stream =>
    [...groupByDeployment(stream)].map(([id, group]) =>
      mergeDeployment(id, group, environments, wholeSha),
    ),
  );
  return sorted(deployments, compareDeployments);
}

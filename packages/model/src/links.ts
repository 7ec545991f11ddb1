import type { Changes } from './facts/changes';
import type { Deployment } from './facts/deployments';
import type { Environments, Place } from './facts/environments';
import type { Incident } from './facts/incidents';
import type { ShaResolver } from './facts/shas';

/** @public */
export type LinkMethod = 'corrected' | 'explicit' | 'window' | 'unlinked';

/** Which deployment an incident is blamed on, and how that was found out. @public */
export interface Link {
  readonly method: LinkMethod;
  /** Null: none. */
  readonly deployment: Deployment | null;
}

/** What the rules of linking read of a service. */
export interface Linkable {
  /** In order. */
  readonly successes: readonly Deployment[];
  readonly changes: Changes;
  readonly wholeSha: ShaResolver;
  /** What a success was the first of its stream to contain. */
  readonly brings: (deployment: Deployment) => ReadonlySet<string>;
}

/** What the rules of linking read beside the incident. */
export interface LinkContext {
  readonly environments: Environments;
  readonly failureWindowMs: number;
  readonly serviceOf: (service: string) => Linkable | undefined;
}

const latestUntil = (deployments: readonly Deployment[], time: number) =>
  deployments.filter(deployment => deployment.finishedAt <= time).pop();

/** "If several, the latest at or before its start, else the first." */
const ofId = (
  deployments: readonly Deployment[],
  id: string,
  start: number,
) => {
  const named = deployments.filter(deployment => deployment.id === id);
  return latestUntil(named, start) ?? named[0];
};

/** "The first that [one of these changes] belongs to." */
const firstThatBrings = (
  deployments: readonly Deployment[],
  shas: ReadonlySet<string>,
  { brings }: Linkable,
) =>
  deployments.find(deployment =>
    [...shas].some(sha => brings(deployment).has(sha)),
  );

/** "Its deployments" are the successes of its service in its environment or tier. */
const deploymentsIn = (
  linkable: Linkable | undefined,
  place: Place,
  environments: Environments,
): Deployment[] =>
  (linkable?.successes ?? []).filter(success =>
    environments.isIn(place, success.environment),
  );

function explicitLink(
  { cause, service, place, start }: Incident,
  { environments, serviceOf }: LinkContext,
): Deployment | undefined {
  const blamed = serviceOf(cause?.service_id ?? service);
  if (!cause || !blamed) {
    return undefined;
  }
  const deployments = deploymentsIn(blamed, place, environments);

  const byDeployment = (id: string) => ofId(deployments, id, start);
  const byCommit = (given: string) => {
    const sha = blamed.wholeSha(given);
    return (
      latestUntil(
        deployments.filter(deployment => deployment.commitSha === sha),
        start,
      ) ??
      // "Else the first that the change, or one of that merge's commits,
      // belongs to": what a deployment of that sha would have as its head.
      firstThatBrings(deployments, blamed.changes.headChanges(sha), blamed)
    );
  };
  const byPullRequest = (prId: string) =>
    firstThatBrings(deployments, blamed.changes.ofPullRequestId(prId), blamed);
  const byCorrelation = (id: string) =>
    latestUntil(
      deployments.filter(deployment => deployment.correlationId === id),
      start,
    );

  const attempts: Array<
    [string | undefined, (value: string) => Deployment | undefined]
  > = [
    [cause.deployment_id, byDeployment],
    [cause.commit_sha, byCommit],
    [cause.pr_id, byPullRequest],
    [cause.correlation_id, byCorrelation],
  ];
  // "What matches nothing falls through."
  for (const [value, find] of attempts) {
    const found = value === undefined ? undefined : find(value);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/**
 * "Link of an incident, first that applies; the method is stored with it."
 */
export function linkOf(incident: Incident, context: LinkContext): Link {
  const { environments, failureWindowMs, serviceOf } = context;
  const { correction, external, place, service, start } = incident;
  const own = serviceOf(service);

  if (correction) {
    const { deploymentId } = correction;
    const found =
      deploymentId !== null &&
      ofId(
        deploymentsIn(own, correction.place ?? place, environments),
        deploymentId,
        start,
      );
    return { method: 'corrected', deployment: found || null };
  }
  // "An incident with `external: true` is always unlinked, unless corrected."
  if (external) {
    return { method: 'unlinked', deployment: null };
  }
  const named = explicitLink(incident, context);
  if (named) {
    return { method: 'explicit', deployment: named };
  }
  const recent = latestUntil(deploymentsIn(own, place, environments), start);
  return recent && start - recent.finishedAt <= failureWindowMs
    ? { method: 'window', deployment: recent }
    : { method: 'unlinked', deployment: null };
}

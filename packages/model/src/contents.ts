import { compareLandings, type Changes, type Landing } from './facts/changes';
import { takesPart, type Deployment } from './facts/deployments';
import { groupBy, latest, sorted } from './order';

/** What one success brought. @public */
export interface Contents {
  /** False: nobody knows what was in it. */
  readonly known: boolean;
  /** Everything in it, shas of changes. */
  readonly contains: ReadonlySet<string>;
  /** What it was the first of its stream to contain. */
  readonly brings: ReadonlySet<string>;
}

/** The deployments that reached users: all that the rules speak about as successes. */
export const successesAmong = (deployments: readonly Deployment[]) =>
  deployments.filter(
    deployment => deployment.status === 'success' && takesPart(deployment),
  );

const NOTHING: ReadonlySet<string> = new Set();

/** "1. `commits[]` on the deployment: exactly those", else its head changes; undefined: unknown. */
function ownChanges(
  deployment: Deployment,
  changes: Changes,
): ReadonlySet<string> | undefined {
  if (deployment.commits !== null) {
    return changes.meantBy(deployment.commits);
  }
  const head =
    deployment.commitSha === null
      ? NOTHING
      : changes.headChanges(deployment.commitSha);
  return head.size > 0 ? head : undefined;
}

/** "Only landings at or before the deployment's `finished_at` count". */
const landingsOf = (
  shas: ReadonlySet<string>,
  until: number,
  changes: Changes,
): Landing[] =>
  [...shas]
    .flatMap(sha => changes.get(sha)?.landings ?? [])
    .filter(landing => landing.time <= until);

/** "Where no branch is named, the landing counts for every branch." */
const isOn = (branch: string | null) => (landing: Landing) =>
  branch === null || landing.branch === null || landing.branch === branch;

/**
 * "The head's branch is the deployment's `branch` if a head change landed
 * there, else the one on which a head change landed first [...]; if that
 * landing names no branch, landings on any count".
 *
 * @returns null: any branch; undefined: no head change had landed
 */
function headBranch(
  deployment: Deployment,
  headLandings: readonly Landing[],
): string | null | undefined {
  const { branch } = deployment;
  if (branch !== null && headLandings.some(isOn(branch))) {
    return branch;
  }
  const [first] = sorted(headLandings, compareLandings);
  return first?.branch;
}

/**
 * "What rode along: every change of the service with a landing on the head's
 * branch after the baseline and no later than the latest landing of a head
 * change there."
 */
function rodeAlong(
  deployment: Deployment,
  head: ReadonlySet<string>,
  baseline: number,
  changes: Changes,
): string[] {
  const headLandings = landingsOf(head, deployment.finishedAt, changes);
  const branch = headBranch(deployment, headLandings);
  if (branch === undefined) {
    return [];
  }
  const upTo = latest(
    headLandings.filter(isOn(branch)).map(landing => landing.time),
  )!;
  const isOnBranch = isOn(branch);
  return changes
    .all()
    .filter(change =>
      change.landings.some(
        landing =>
          isOnBranch(landing) &&
          landing.time > baseline &&
          landing.time <= upTo,
      ),
    )
    .map(change => change.sha);
}

/**
 * Section 2: what every success of one stream contains, and brings.
 *
 * "The baseline of a stream: the latest landing, on any branch and at or
 * before its `finished_at`, of what its first success of known contents
 * contains; without one, that `finished_at`."
 *
 * @param stream - the successes of the stream in order
 */
function contentsOfStream(
  stream: readonly Deployment[],
  changes: Changes,
): Map<Deployment, Contents> {
  const contents = new Map<Deployment, Contents>();
  const broughtBefore = new Set<string>();
  let baseline: number | undefined;
  for (const deployment of stream) {
    const own = ownChanges(deployment, changes);
    let contains = own ?? NOTHING;
    if (own && baseline === undefined) {
      const { finishedAt } = deployment;
      const landings = landingsOf(own, finishedAt, changes);
      baseline = latest(landings.map(landing => landing.time)) ?? finishedAt;
    } else if (own && baseline !== undefined && deployment.commits === null) {
      contains = new Set([
        ...own,
        ...rodeAlong(deployment, own, baseline, changes),
      ]);
    }
    // "A change belongs to the first success of the stream that contains it,
    // and to no later one."
    const brings = [...contains].filter(sha => !broughtBefore.has(sha));
    brings.forEach(sha => broughtBefore.add(sha));
    contents.set(deployment, {
      known: own !== undefined,
      contains,
      brings: new Set(brings),
    });
  }
  return contents;
}

/**
 * Section 2 for all streams of a service.
 *
 * @param successes - the successes of the service in order
 */
export function contentsOf(
  successes: readonly Deployment[],
  changes: Changes,
): Map<Deployment, Contents> {
  const streams = groupBy(successes, success => success.environment);
  return new Map(
    [...streams.values()].flatMap(stream => [
      ...contentsOfStream(stream, changes),
    ]),
  );
}

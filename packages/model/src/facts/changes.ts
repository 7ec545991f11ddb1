import type { ContractEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { by, earliest, groupBy, sorted } from '../order';
import { ofKind, type ChangeEvent, type DeployEvent } from './events';
import type { PullRequest } from './pullRequests';
import { shasNamedBy, type ShaResolver } from './shas';

/** A change reached a branch. @public */
export interface Landing {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Null: not named, so it counts for every branch. */
  readonly branch: string | null;
}

/** One commit of a service. @public */
export interface Change {
  readonly sha: string;
  /** When its lead time starts, milliseconds since the epoch; null: unknown. */
  readonly t0: number | null;
  /** Whether `t0` is only the first time that somebody spoke of it. */
  readonly lowerBound: boolean;
  readonly landings: readonly Landing[];
}

/** "At one instant a named one, the lesser name first." */
export const compareLandings = by<Landing>(({ time, branch }) => [
  time,
  branch === null ? 1 : 0,
  branch ?? '',
]);

/** The changes of one service and what pull requests and lists mean by them. @public */
export class Changes {
  readonly #bySha: ReadonlyMap<string, Change>;
  readonly #pullRequests: readonly PullRequest[];
  readonly #byMergeSha: ReadonlyMap<string | null, PullRequest[]>;
  readonly #isChange: (sha: string) => boolean;

  /**
   * @param events - all events of the service
   */
  constructor(
    events: readonly ContractEvent[],
    pullRequests: readonly PullRequest[],
    wholeSha: ShaResolver,
  ) {
    this.#pullRequests = pullRequests;
    this.#byMergeSha = groupBy(pullRequests, pr => pr.mergeSha);
    const changeEvents = ofKind(events, 'change.created', 'change.merged');
    const named = namedShas(
      changeEvents,
      ofKind(events, 'deploy.started', 'deploy.completed'),
      pullRequests,
    );
    // "A merge sha is one only if every pull request that has it as such
    // itself lists it among its commits."
    this.#isChange = sha =>
      named.has(sha) &&
      this.#mergedAs(sha).every(pr => pr.listed.includes(sha));

    const committed = commitTimes(events, wholeSha);
    const mentioned = mentionTimes(changeEvents);
    const landings = this.#landings(changeEvents);
    const changes = sorted(
      [...named].filter(this.#isChange),
      by(s => [s]),
    ).map(
      (sha): Change => ({
        sha,
        t0: committed.get(sha) ?? mentioned.get(sha) ?? null,
        lowerBound: !committed.has(sha) && mentioned.has(sha),
        landings: landings.get(sha) ?? [],
      }),
    );
    this.#bySha = new Map(changes.map(change => [change.sha, change]));
  }

  all(): Change[] {
    return [...this.#bySha.values()];
  }

  get(sha: string): Change | undefined {
    return this.#bySha.get(sha);
  }

  /**
   * "A listed sha stands for the commits of every other pull request whose
   * merge sha it is, at any depth, each pull request once, and for itself
   * where it is a change."
   *
   * @returns shas of changes
   */
  meantBy(listed: readonly string[]): Set<string> {
    return this.#meantBy(listed, new Set());
  }

  /** The commits of a pull request, whatever it lists them as. */
  ofPullRequest(pr: PullRequest): Set<string> {
    return this.#meantBy(pr.listed, new Set([pr]));
  }

  /** The commits of the pull request of that id. */
  ofPullRequestId(prId: string): Set<string> {
    const found = this.#pullRequests.find(pr => pr.prId === prId);
    return found ? this.ofPullRequest(found) : new Set();
  }

  /**
   * "The change whose sha is its `commit_sha` and the commits of the pull
   * requests whose merge sha it is."
   */
  headChanges(sha: string): Set<string> {
    return new Set([
      ...(this.#isChange(sha) ? [sha] : []),
      ...this.#mergedAs(sha).flatMap(pr => [...this.ofPullRequest(pr)]),
    ]);
  }

  #mergedAs(sha: string): PullRequest[] {
    return this.#byMergeSha.get(sha) ?? [];
  }

  #meantBy(listed: readonly string[], seen: Set<PullRequest>): Set<string> {
    const meant = new Set<string>();
    for (const sha of listed) {
      if (this.#isChange(sha)) {
        meant.add(sha);
      }
      for (const pr of this.#mergedAs(sha)) {
        if (!seen.has(pr)) {
          seen.add(pr);
          this.#meantBy(pr.listed, seen).forEach(inner => meant.add(inner));
        }
      }
    }
    return meant;
  }

  /**
   * "It lands with each pull request that names it, on that one's branch, and
   * by each `change.created` without `pr_id`, at its time on its `branch`. [...]
   * An unmerged pull request's commits have not landed."
   */
  #landings(changeEvents: readonly ChangeEvent[]): Map<string, Landing[]> {
    const landings: Array<Landing & { sha: string }> = [];
    for (const pr of this.#pullRequests) {
      if (pr.mergedAt !== null) {
        for (const sha of this.ofPullRequest(pr)) {
          landings.push({ sha, time: pr.mergedAt, branch: pr.branch });
        }
      }
    }
    for (const { data, time } of ofKind(changeEvents, 'change.created')) {
      if (data.pr_id === undefined) {
        landings.push({
          sha: data.commit_sha,
          time,
          branch: data.branch ?? null,
        });
      }
    }
    return groupBy(landings, landing => landing.sha);
  }
}

/**
 * "Named by a pull request, by a `change.created`, or by the `commits[]` of
 * any deploy event, whatever its kind or status".
 */
function namedShas(
  changeEvents: readonly ChangeEvent[],
  deployEvents: readonly DeployEvent[],
  pullRequests: readonly PullRequest[],
): Set<string> {
  return new Set([
    ...pullRequests.flatMap(pr => pr.listed),
    ...ofKind(changeEvents, 'change.created').map(
      event => event.data.commit_sha,
    ),
    ...deployEvents.flatMap(event =>
      (event.data.commits ?? []).map(commit => commit.sha),
    ),
  ]);
}

function earliestBySha(
  pairs: ReadonlyArray<readonly [sha: string, time: number]>,
): Map<string, number> {
  const times = new Map<string, number>();
  for (const [sha, time] of pairs) {
    times.set(sha, earliest([time, times.get(sha) ?? time])!);
  }
  return times;
}

const listedCommits = (event: ContractEvent) =>
  event.kind === 'change.merged' ||
  event.kind === 'deploy.started' ||
  event.kind === 'deploy.completed'
    ? event.data.commits ?? []
    : [];

/**
 * "The earliest `committed_at` that any event gives for that sha (its own
 * `commit_sha`, or an entry of `commits[]`)".
 */
function commitTimes(
  events: readonly ContractEvent[],
  wholeSha: ShaResolver,
): Map<string, number> {
  const speaking = ofKind(
    events,
    'change.created',
    'change.merged',
    'build.started',
    'build.completed',
    'deploy.started',
    'deploy.completed',
  );
  return earliestBySha(
    speaking.flatMap(event => {
      const { commit_sha: own, committed_at: at } = event.data;
      const commits = [
        ...(own === undefined
          ? []
          : [{ sha: wholeSha(own), committed_at: at }]),
        ...listedCommits(event),
      ];
      return commits.flatMap(commit =>
        commit.committed_at === undefined
          ? []
          : [[commit.sha, commit.committed_at] as const],
      );
    }),
  );
}

/** "The earliest time of a `change` event that names it itself". */
function mentionTimes(
  changeEvents: readonly ChangeEvent[],
): Map<string, number> {
  return earliestBySha(
    changeEvents.flatMap(event =>
      shasNamedBy(event).map(sha => [sha, event.time] as const),
    ),
  );
}

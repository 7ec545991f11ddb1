import { earliest, groupBy } from '../order';
import {
  firstGiven,
  greatestFirst,
  type ChangeEvent,
  type EventOf,
} from './events';

type MergeEvent = EventOf<'change.merged'>;
type CreatedEvent = EventOf<'change.created'>;

/** A pull request of a service. @public */
export interface PullRequest {
  /** Null: known by its merge only. */
  readonly prId: string | null;
  /** Null: not merged. */
  readonly mergeSha: string | null;
  /** The branch it landed on; null: not named. */
  readonly branch: string | null;
  /** Milliseconds since the epoch; null: not merged. */
  readonly mergedAt: number | null;
  /** The shas that it itself lists. */
  readonly listed: readonly string[];
}

/**
 * "Its commits: the `commits[]` of its merge [...]; else the `change.created`
 * with its `pr_id`; else its merge sha, as if listed."
 */
function listedShas(
  mergesGreatestFirst: readonly MergeEvent[],
  created: readonly CreatedEvent[],
  mergeSha: string | undefined,
): string[] {
  const commits = firstGiven(mergesGreatestFirst, event => event.data.commits);
  if (commits) {
    return commits.map(commit => commit.sha);
  }
  if (created.length > 0) {
    return created.map(event => event.data.commit_sha);
  }
  return mergeSha === undefined ? [] : [mergeSha];
}

function mergePullRequest(events: readonly ChangeEvent[]): PullRequest {
  const merges = greatestFirst(
    events.filter(
      (event): event is MergeEvent => event.kind === 'change.merged',
    ),
  );
  const created = events.filter(
    (event): event is CreatedEvent => event.kind === 'change.created',
  );
  const mergeSha = firstGiven(merges, event => event.data.commit_sha);
  return {
    prId: events[0].data.pr_id ?? null,
    mergeSha: mergeSha ?? null,
    branch: firstGiven(merges, event => event.data.branch) ?? null,
    // "The earliest `merged_at` given, else the time of its earliest merge event."
    mergedAt:
      earliest(merges.flatMap(event => event.data.merged_at ?? [])) ??
      earliest(merges.map(event => event.time)) ??
      null,
    listed: listedShas(merges, created, mergeSha),
  };
}

/**
 * "Pull request of a service: one `pr_id`, or, for a `change.merged` without
 * one, one (`commit_sha`, `branch`)."
 *
 * @param events - the change events of the service
 */
export function pullRequestsOf(events: readonly ChangeEvent[]): PullRequest[] {
  const ofPullRequests = events.filter(
    event => event.data.pr_id !== undefined || event.kind === 'change.merged',
  );
  const groups = groupBy(ofPullRequests, ({ data }) =>
    JSON.stringify(
      data.pr_id !== undefined
        ? [data.pr_id]
        : [data.commit_sha, data.branch ?? null],
    ),
  );
  return [...groups.values()].map(mergePullRequest);
}

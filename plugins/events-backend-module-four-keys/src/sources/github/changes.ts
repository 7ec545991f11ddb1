import type { JsonObject } from '@backstage/types';
import {
  eventId,
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type SourceEvent,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import type { pullRequestPayload, pushPayload } from './payload';
import { mapTag } from './releases';
import type { GithubSettings } from './settings';

/** A merged pull request, as its webhook, the API and a question have it. */
export interface MergedPull {
  readonly container: string;
  readonly number: number;
  readonly mergeSha: string;
  readonly branch: string;
  readonly mergedAt: string;
  readonly openedAt?: string;
  readonly labels: readonly string[];
}

const idOf = ({ number, mergeSha }: MergedPull) =>
  ['pr', number, 'merged', mergeSha] as const;

/** The landing of a pull request, as far as its webhook tells. */
export function landingOf(
  pull: MergedPull,
  services: readonly string[],
  settings: GithubSettings,
): SourceEvent[] {
  const { container, labels } = pull;
  return eventsOf(services, {
    kind: 'change.merged',
    container,
    id: idOf(pull),
    time: pull.mergedAt,
    data: given({
      commit_sha: pull.mergeSha,
      pr_id: String(pull.number),
      branch: pull.branch,
      repository: container,
      opened_at: pull.openedAt,
      merged_at: pull.mergedAt,
      labels: [...labels],
      kind: settings.isHotfix(labels) ? 'hotfix' : undefined,
    }),
  });
}

/** What only the API tells of a landing, as a second event. */
export function detailsOf(
  pull: MergedPull,
  services: readonly string[],
  details: { commits?: JsonObject[]; firstReviewAt?: string },
): SourceEvent[] {
  const { container } = pull;
  return eventsOf(services, {
    kind: 'change.merged',
    container,
    id: [...idOf(pull), 'commits'],
    time: pull.mergedAt,
    data: given({
      commit_sha: pull.mergeSha,
      pr_id: String(pull.number),
      branch: pull.branch,
      repository: container,
      merged_at: pull.mergedAt,
      first_review_at: details.firstReviewAt,
      commits: details.commits,
    }),
  });
}

export function mapPullRequest(
  body: z.output<typeof pullRequestPayload>,
  settings: GithubSettings,
): SourceResult {
  const { action, pull_request: pr, repository } = body;
  if (action !== 'closed' || !pr.merged) {
    return ignored('only a merged pull request is a change');
  }
  if (!settings.isLandingBranch(pr.base.ref)) {
    return ignored(`${pr.base.ref} is no landing branch`);
  }
  const mergedAt = toRfc3339(pr.merged_at);
  if (!pr.merge_commit_sha || !mergedAt) {
    return ignored('the pull request names no merge commit, or no time of it');
  }
  const pull: MergedPull = {
    container: repository.full_name,
    number: pr.number,
    mergeSha: pr.merge_commit_sha,
    branch: pr.base.ref,
    mergedAt,
    openedAt: toRfc3339(pr.created_at),
    labels: (pr.labels ?? []).map(({ name }) => name),
  };
  const answer = settings.servicesOf({ container: pull.container });
  const byFiles = 'unclear' in answer && answer.unclear === 'paths';
  if ('unclear' in answer && !(byFiles && settings.canLookUp)) {
    return ignored(answer.reason);
  }
  return {
    events:
      'services' in answer ? landingOf(pull, answer.services, settings) : [],
    ...(settings.canLookUp
      ? {
          lookups: [
            {
              key: eventId(pull.container, ...idOf(pull), 'commits'),
              container: pull.container,
              question: { about: 'pull', pull: given({ ...pull }) },
            },
          ],
        }
      : {}),
  };
}

/** The webhook names no parents, so a merge is known by the message that GitHub and git give it. */
const isMerge = (message: string | null | undefined) =>
  /^Merge (?:pull request|branch|tag|remote-tracking branch)\b/.test(
    message ?? '',
  );

/** A commit that landed, and what it brings. */
export interface LandedCommit {
  readonly sha: string;
  readonly committedAt?: string;
  readonly merge: boolean;
  /** The files that it touches; undefined where nobody says. */
  readonly paths?: readonly string[];
}

/** Where and when commits landed. */
export interface Landing {
  readonly container: string;
  readonly branch: string;
  readonly time: string;
}

/** A change for every commit of every service that it touches. */
export function changesOf(
  commits: readonly LandedCommit[],
  { container, branch, time }: Landing,
  settings: GithubSettings,
): { events: SourceEvent[]; reasons: string[] } {
  const events: SourceEvent[] = [];
  const reasons: string[] = [];
  let sinceMerge: JsonObject[] = [];
  for (const { sha, committedAt, merge, paths } of commits) {
    const own = given({ sha, committed_at: committedAt });
    // A merge is no change of its own but the landing of what it brings. A
    // deployment names it, so it must be known and lead to those commits.
    const brought = merge && sinceMerge.length > 0 ? sinceMerge : [own];
    if (merge) {
      sinceMerge = [];
    } else {
      sinceMerge.push(own);
    }
    const answer = settings.servicesOf({ container, paths });
    if ('unclear' in answer) {
      reasons.push(answer.reason);
    } else {
      events.push(
        ...eventsOf(answer.services, {
          kind: 'change.merged',
          container,
          id: ['change', sha],
          time,
          data: given({
            commit_sha: sha,
            branch,
            repository: container,
            merged_at: time,
            commits: brought,
          }),
        }),
      );
    }
  }
  return { events, reasons };
}

const BRANCH = 'refs/heads/';
const TAG = 'refs/tags/';

type Push = z.output<typeof pushPayload>;

function landedCommits(commits: NonNullable<Push['commits']>): LandedCommit[] {
  return commits.map(({ id, message, timestamp, ...files }) => {
    const touched = [files.added, files.removed, files.modified];
    return {
      sha: id,
      committedAt: toRfc3339(timestamp),
      merge: isMerge(message),
      paths: touched.some(Array.isArray)
        ? touched.flatMap(list => list ?? [])
        : undefined,
    };
  });
}

export function mapPush(body: Push, settings: GithubSettings): SourceResult {
  const { ref, repository } = body;
  if (ref.startsWith(TAG)) {
    return mapTag(body, ref.slice(TAG.length), settings);
  }
  const branch = ref.slice(BRANCH.length);
  if (!ref.startsWith(BRANCH) || body.deleted) {
    return ignored('only commits on a branch are changes');
  }
  if (!settings.isLandingBranch(branch)) {
    return ignored(`${branch} is no landing branch`);
  }
  const time = toRfc3339(repository.pushed_at ?? body.head_commit?.timestamp);
  const commits = landedCommits(body.commits ?? []);
  if (commits.length === 0 || !time) {
    return ignored('the push brings no commits, or no time');
  }
  const landing = { container: repository.full_name, branch, time };
  if (settings.changes === 'merges') {
    return askWhichAreDirect(commits, landing, settings);
  }
  const { events, reasons } = changesOf(commits, landing, settings);
  return events.length > 0 ? { events } : ignored(reasons[0]);
}

/** Of a push, only what no pull request brought is a change; only the API knows which. */
function askWhichAreDirect(
  commits: readonly LandedCommit[],
  landing: Landing,
  settings: GithubSettings,
): SourceResult {
  const candidates = commits.filter(({ merge }) => !merge);
  if (!settings.canLookUp || candidates.length === 0) {
    return ignored('changes of this source are taken from pull requests');
  }
  return {
    events: [],
    lookups: candidates.map(commit => ({
      key: eventId(landing.container, 'change', commit.sha),
      container: landing.container,
      question: {
        about: 'commit',
        landing: given({ ...landing }),
        commit: given({ ...commit, paths: commit.paths && [...commit.paths] }),
      },
    })),
  };
}

import type { JsonObject } from '@backstage/types';
import {
  eventId,
  eventsOf,
  given,
  ignored,
  type Lookup,
  type SourceEvent,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import type { RepositorySettings } from './repository';

/** A merged pull request, as a question keeps it. */
export const mergedPullSchema = z.object({
  container: z.string(),
  /** What stands before the number in ids: pull or merge request. */
  word: z.enum(['pr', 'mr']),
  number: z.number(),
  mergeSha: z.string(),
  branch: z.string(),
  mergedAt: z.string(),
  /** Whether the time of the merge is only the time of the last change of it. */
  mergedAtMost: z.boolean().optional(),
  openedAt: z.string().optional(),
  labels: z.array(z.string()).default([]),
});

/** A merged pull request, as its webhook, the API and a question have it. */
export type MergedPull = z.output<typeof mergedPullSchema>;

const idOf = ({ word, number, mergeSha }: MergedPull) =>
  [word, number, 'merged', mergeSha] as const;

/** The question for everything about a pull request that its webhook does not tell. */
export const questionAbout = (pull: MergedPull): Lookup => ({
  key: eventId(pull.container, ...idOf(pull), 'commits'),
  container: pull.container,
  question: { about: 'pull', pull: given({ ...pull }) },
});

/** The landing of a pull request, as far as its webhook tells. */
export function landingOf(
  pull: MergedPull,
  services: readonly string[],
  settings: RepositorySettings,
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
      merged_at: pull.mergedAtMost ? undefined : pull.mergedAt,
      labels: [...labels],
      kind: settings.isHotfix(labels) ? 'hotfix' : undefined,
    }),
  });
}

/** What only the API tells of a landing, as a second event. */
export function detailsOf(
  pull: MergedPull,
  services: readonly string[],
  details: {
    commits?: JsonObject[];
    firstReviewAt?: string;
    landedSha?: string;
    mergedAt?: string;
  },
): SourceEvent[] {
  const { container } = pull;
  return eventsOf(services, {
    kind: 'change.merged',
    container,
    id: [...idOf(pull), 'commits'],
    time: pull.mergedAt,
    data: given({
      commit_sha: details.landedSha ?? pull.mergeSha,
      pr_id: String(pull.number),
      branch: pull.branch,
      repository: container,
      merged_at: details.mergedAt ?? pull.mergedAt,
      first_review_at: details.firstReviewAt,
      commits: details.commits,
    }),
  });
}

/** The webhook names no parents, so a merge is known by the message that GitHub and git give it. */
export const isMerge = (message: string | null | undefined) =>
  /^Merge (?:pull request|branch|tag|remote-tracking branch)\b/.test(
    message ?? '',
  );

/** A commit that landed, as a question keeps it. */
export const landedCommitSchema = z.object({
  sha: z.string(),
  committedAt: z.string().optional(),
  merge: z.boolean(),
  /** The files that it touches; undefined where nobody says. */
  paths: z.array(z.string()).optional(),
});

/** A commit that landed, and what it brings. */
export type LandedCommit = z.output<typeof landedCommitSchema>;

/** Where and when commits landed, as a question keeps it. */
export const landingSchema = z.object({
  container: z.string(),
  branch: z.string(),
  time: z.string(),
});

/** Where and when commits landed. */
export type Landing = z.output<typeof landingSchema>;

/** A change for every commit of every service that it touches. */
export function changesOf(
  commits: readonly LandedCommit[],
  { container, branch, time }: Landing,
  settings: RepositorySettings,
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

/** The question for a push of which the webhook lists only a part. */
export const questionAboutPush = (
  landing: Landing,
  from: string,
  to: string,
): Lookup => ({
  key: eventId(landing.container, 'push', landing.branch, from, to),
  container: landing.container,
  question: { about: 'push', landing: given({ ...landing }), from, to },
});

/** Of a push, only what no pull request brought is a change; only the API knows which. */
export function questionsAboutCommits(
  commits: readonly LandedCommit[],
  landing: Landing,
): Lookup[] {
  return commits
    .filter(({ merge }) => !merge)
    .map(commit => ({
      key: eventId(landing.container, 'change', commit.sha),
      container: landing.container,
      question: {
        about: 'commit',
        landing: given({ ...landing }),
        commit: given({ ...commit }),
      },
    }));
}

/** Where a webhook says enough, the event; where only the files tell, the question. */
export function mergedPull(
  pull: MergedPull,
  settings: RepositorySettings,
): SourceResult {
  const answer = settings.servicesOf({ container: pull.container });
  const byFiles = 'unclear' in answer && answer.unclear === 'paths';
  if ('unclear' in answer && !(byFiles && settings.canLookUp)) {
    return ignored(answer.reason);
  }
  return {
    events:
      'services' in answer ? landingOf(pull, answer.services, settings) : [],
    ...(settings.canLookUp ? { lookups: [questionAbout(pull)] } : {}),
  };
}

/** What landed on a branch, by the setting `changes`. */
export function pushedCommits(
  commits: readonly LandedCommit[],
  landing: Landing,
  settings: RepositorySettings,
): SourceResult {
  if (commits.length === 0) {
    return ignored('the push brings no commits');
  }
  if (settings.changes === 'merges') {
    const lookups = settings.canLookUp
      ? questionsAboutCommits(commits, landing)
      : [];
    return lookups.length > 0
      ? { events: [], lookups }
      : ignored('changes of this source are taken from pull requests');
  }
  const { events, reasons } = changesOf(commits, landing, settings);
  return events.length > 0 ? { events } : ignored(reasons[0]);
}

/** What the changes of one push say together: a push may change several branches. */
export function together(results: readonly SourceResult[]): SourceResult {
  const events = results.flatMap(one => ('events' in one ? one.events : []));
  const lookups = results.flatMap(one =>
    'events' in one ? one.lookups ?? [] : [],
  );
  const [reason = 'the push changes nothing'] = results.flatMap(one =>
    'ignored' in one ? one.ignored : [],
  );
  return events.length + lookups.length > 0
    ? { events, ...(lookups.length > 0 ? { lookups } : {}) }
    : ignored(reason);
}

import type { JsonObject } from '@backstage/types';
import {
  given,
  ignored,
  toRfc3339,
  type SourceResult,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { allPages, MAX_TIMED_COMMITS } from '../paging';
import { changesOf, detailsOf, landingOf, type MergedPull } from './changes';
import { deploymentOfTag } from './releases';
import type { GithubSettings } from './settings';

/** The API lists no more commits of a pull request; comparing goes on. */
const MAX_PULL_COMMITS = 250;

const pullSchema = z.object({
  container: z.string(),
  number: z.number(),
  mergeSha: z.string(),
  branch: z.string(),
  mergedAt: z.string(),
  openedAt: z.string().optional(),
  labels: z.array(z.string()).default([]),
});

const questionSchema = z.discriminatedUnion('about', [
  z.object({ about: z.literal('pull'), pull: pullSchema }),
  z.object({
    about: z.literal('commit'),
    landing: z.object({
      container: z.string(),
      branch: z.string(),
      time: z.string(),
    }),
    commit: z.object({
      sha: z.string(),
      committedAt: z.string().optional(),
      merge: z.boolean(),
      paths: z.array(z.string()).optional(),
    }),
  }),
  z.object({
    about: z.literal('release'),
    container: z.string(),
    tag: z.string(),
    time: z.string(),
  }),
]);

const commitSchema = z.object({
  sha: z.string(),
  parents: z.array(z.unknown()).nullish(),
  commit: z.object({ author: z.object({ date: z.string() }).nullish() }),
});

const reviewSchema = z.object({
  user: z.object({ login: z.string(), type: z.string().nullish() }).nullish(),
  state: z.string(),
  submitted_at: z.string().nullish(),
});

const refSchema = z.object({
  user: z.object({ login: z.string() }).nullish(),
  commits: z.number().nullish(),
  base: z.object({ sha: z.string() }),
  head: z.object({ sha: z.string() }),
});

type ApiCommit = z.output<typeof commitSchema>;

/** Commits with the time of their author; merges bring nothing of their own. */
export const authoredCommits = (commits: readonly ApiCommit[]): JsonObject[] =>
  commits
    .filter(({ parents }) => (parents?.length ?? 1) < 2)
    .slice(-MAX_TIMED_COMMITS)
    .map(({ sha, commit }) =>
      given({ sha, committed_at: toRfc3339(commit.author?.date) }),
    );

async function commitsOf(
  path: string,
  head: z.output<typeof refSchema>,
  repo: string,
  api: VendorApi,
) {
  if ((head.commits ?? 0) <= MAX_PULL_COMMITS) {
    return allPages(api, `${path}/commits?per_page=100`, commitSchema);
  }
  return allPages(
    api,
    `${repo}/compare/${head.base.sha}...${head.head.sha}?per_page=100`,
    commitSchema,
    body => (body as { commits?: unknown }).commits,
  );
}

/** When somebody else than the author, and no bot, first said something. */
export function firstReview(
  reviews: ReadonlyArray<z.output<typeof reviewSchema>>,
  author: string | undefined,
): string | undefined {
  const times = reviews
    .filter(
      ({ user, state }) =>
        state !== 'PENDING' &&
        user?.type !== 'Bot' &&
        (user?.login === undefined || user.login !== author),
    )
    .flatMap(({ submitted_at: at }) => toRfc3339(at) ?? []);
  return times.sort()[0];
}

async function filesOf(path: string, api: VendorApi): Promise<string[]> {
  const files = await allPages(
    api,
    `${path}/files?per_page=100`,
    z.object({ filename: z.string(), previous_filename: z.string().nullish() }),
  );
  return files.flatMap(({ filename, previous_filename: previous }) =>
    previous ? [filename, previous] : [filename],
  );
}

async function lookUpPull(
  pull: MergedPull,
  api: VendorApi,
  settings: GithubSettings,
): Promise<SourceResult> {
  const { container } = pull;
  const repo = `repos/${container}`;
  const path = `${repo}/pulls/${pull.number}`;
  const known = settings.servicesOf({ container });
  const answer =
    'services' in known
      ? known
      : settings.servicesOf({ container, paths: await filesOf(path, api) });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const head = refSchema.parse((await api.get(path)).body);
  const reviews = await allPages(
    api,
    `${path}/reviews?per_page=100`,
    reviewSchema,
  );
  // A push tells the commits where changes are taken from pushes: told twice,
  // those that were rebased would count twice.
  const commits =
    settings.changes === 'merges'
      ? authoredCommits(await commitsOf(path, head, repo, api))
      : undefined;
  return {
    events: [
      ...('services' in known
        ? []
        : landingOf(pull, answer.services, settings)),
      ...detailsOf(pull, answer.services, {
        commits,
        firstReviewAt: firstReview(reviews, head.user?.login),
      }),
    ],
  };
}

/** Answers what a webhook could not. */
export async function lookUp(
  question: JsonObject,
  api: VendorApi,
  settings: GithubSettings,
): Promise<SourceResult> {
  const asked = questionSchema.parse(question);
  if (asked.about === 'pull') {
    return lookUpPull(asked.pull, api, settings);
  }
  if (asked.about === 'release') {
    const { container, tag, time } = asked;
    const path = `repos/${container}/commits/${encodeURIComponent(
      `refs/tags/${tag}`,
    )}`;
    const { sha } = z
      .object({ sha: z.string() })
      .parse((await api.get(path)).body);
    return deploymentOfTag({ container, tag, sha, time }, settings);
  }
  const { landing, commit } = asked;
  const pulls = await allPages(
    api,
    `repos/${landing.container}/commits/${commit.sha}/pulls?per_page=100`,
    z.object({
      merged_at: z.string().nullish(),
      base: z.object({ ref: z.string() }),
    }),
  );
  if (
    pulls.some(
      ({ merged_at: at, base }) => at && settings.isLandingBranch(base.ref),
    )
  ) {
    return ignored('the commit came with a pull request');
  }
  const { events, reasons } = changesOf([commit], landing, settings);
  return events.length > 0 ? { events } : ignored(reasons[0]);
}

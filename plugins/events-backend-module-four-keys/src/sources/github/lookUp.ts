import type { JsonObject } from '@backstage/types';
import {
  given,
  toRfc3339,
  type SourceResult,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { answerAboutRepository, type RepositoryApi } from '../answers';
import type { LandedCommit, MergedPull } from '../landings';
import { allPages, MAX_TIMED_COMMITS } from '../paging';
import { deploymentOfTag } from './releases';
import type { GithubSettings } from './settings';

/** The API lists no more commits of a pull request; comparing goes on. */
const MAX_PULL_COMMITS = 250;

const releaseQuestion = z.object({
  about: z.literal('release'),
  container: z.string(),
  tag: z.string(),
  time: z.string(),
});

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

const pullSchema = z.object({
  user: z.object({ login: z.string() }).nullish(),
  commits: z.number().nullish(),
  base: z.object({ sha: z.string() }),
  head: z.object({ sha: z.string() }),
});

const fileSchema = z.object({
  filename: z.string(),
  previous_filename: z.string().nullish(),
});

const isMerge = ({ parents }: z.output<typeof commitSchema>) =>
  (parents?.length ?? 1) > 1;

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

const pathOf = ({ container, number }: MergedPull) =>
  `repos/${container}/pulls/${number}`;

function repositoryApi(
  api: VendorApi,
  settings: GithubSettings,
): RepositoryApi {
  const compare = (container: string, from: string, to: string) =>
    allPages(
      api,
      `repos/${container}/compare/${from}...${to}?per_page=100`,
      commitSchema,
      { itemsOf: body => (body as { commits?: unknown }).commits },
    );
  return {
    async pull(pull) {
      const path = pathOf(pull);
      const head = pullSchema.parse((await api.get(path)).body);
      return {
        async commits() {
          const all =
            (head.commits ?? 0) <= MAX_PULL_COMMITS
              ? await allPages(
                  api,
                  `${path}/commits?per_page=100`,
                  commitSchema,
                )
              : await compare(pull.container, head.base.sha, head.head.sha);
          return all
            .filter(one => !isMerge(one))
            .slice(-MAX_TIMED_COMMITS)
            .map(({ sha, commit }) =>
              given({ sha, committed_at: toRfc3339(commit.author?.date) }),
            );
        },
        firstReviewAt: async () =>
          firstReview(
            await allPages(api, `${path}/reviews?per_page=100`, reviewSchema),
            head.user?.login,
          ),
      };
    },
    async files(pull) {
      const files = await allPages(
        api,
        `${pathOf(pull)}/files?per_page=100`,
        fileSchema,
      );
      return files.flatMap(({ filename, previous_filename: previous }) =>
        previous ? [filename, previous] : [filename],
      );
    },
    async cameWithPull(sha, { container }) {
      const pulls = await allPages(
        api,
        `repos/${container}/commits/${sha}/pulls?per_page=100`,
        z.object({
          merged_at: z.string().nullish(),
          base: z.object({ ref: z.string() }),
        }),
      );
      return pulls.some(
        ({ merged_at: at, base }) =>
          Boolean(at) && settings.isLandingBranch(base.ref),
      );
    },
    async commitsBetween({ container }, from, to) {
      const commits = await compare(container, from, to);
      return commits.map(
        (one): LandedCommit => ({
          sha: one.sha,
          committedAt: toRfc3339(one.commit.author?.date),
          merge: isMerge(one),
        }),
      );
    },
  };
}

/** Answers what a webhook could not. */
export async function lookUp(
  question: JsonObject,
  api: VendorApi,
  settings: GithubSettings,
): Promise<SourceResult> {
  if (question.about !== 'release') {
    return answerAboutRepository(
      question,
      repositoryApi(api, settings),
      settings,
    );
  }
  const { container, tag, time } = releaseQuestion.parse(question);
  const ref = encodeURIComponent(`refs/tags/${tag}`);
  const { body } = await api.get(`repos/${container}/commits/${ref}`);
  const { sha } = z.object({ sha: z.string() }).parse(body);
  return deploymentOfTag({ container, tag, sha, time }, settings);
}

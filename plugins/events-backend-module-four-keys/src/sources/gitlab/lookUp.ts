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
import type { GitlabSettings } from './settings';

const commitSchema = z.object({
  id: z.string(),
  authored_date: z.string().nullish(),
  parent_ids: z.array(z.string()).nullish(),
});

const requestSchema = z.object({
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  sha: z.string().nullish(),
  author: z.object({ id: z.number() }).nullish(),
});

const noteSchema = z.object({
  created_at: z.string(),
  system: z.boolean().nullish(),
  body: z.string().nullish(),
  author: z.object({ id: z.number() }).nullish(),
});

const isMerge = ({ parent_ids: parents }: z.output<typeof commitSchema>) =>
  (parents?.length ?? 1) > 1;

export const projectPath = (container: string) =>
  `projects/${encodeURIComponent(container)}`;

const pathOf = ({ container, number }: MergedPull) =>
  `${projectPath(container)}/merge_requests/${number}`;

/** A review is what somebody else than the author wrote, or an approval. */
function firstReview(
  notes: ReadonlyArray<z.output<typeof noteSchema>>,
  author: number | undefined,
): string | undefined {
  return notes
    .filter(
      ({ system, body, author: who }) =>
        who?.id !== author &&
        (!system || /^approved this merge request/i.test(body ?? '')),
    )
    .flatMap(({ created_at: at }) => toRfc3339(at) ?? [])
    .sort()[0];
}

function repositoryApi(
  api: VendorApi,
  settings: GitlabSettings,
): RepositoryApi {
  return {
    async pull(pull) {
      const path = pathOf(pull);
      const request = requestSchema.parse((await api.get(path)).body);
      return {
        landedSha:
          request.merge_commit_sha ??
          request.squash_commit_sha ??
          request.sha ??
          undefined,
        mergedAt: toRfc3339(request.merged_at),
        async commits() {
          const all = await allPages(
            api,
            `${path}/commits?per_page=100`,
            commitSchema,
          );
          return all
            .filter(one => !isMerge(one))
            .slice(0, MAX_TIMED_COMMITS)
            .map(({ id, authored_date: at }) =>
              given({ sha: id, committed_at: toRfc3339(at) }),
            );
        },
        firstReviewAt: async () =>
          firstReview(
            await allPages(
              api,
              `${path}/notes?sort=asc&order_by=created_at&per_page=100`,
              noteSchema,
            ),
            request.author?.id,
          ),
      };
    },
    async files(pull) {
      const files = await allPages(
        api,
        `${pathOf(pull)}/diffs?per_page=100`,
        z.object({ new_path: z.string(), old_path: z.string() }),
      );
      return [...new Set(files.flatMap(one => [one.new_path, one.old_path]))];
    },
    async cameWithPull(sha, { container }) {
      const requests = await allPages(
        api,
        `${projectPath(
          container,
        )}/repository/commits/${sha}/merge_requests?per_page=100`,
        z.object({ state: z.string(), target_branch: z.string() }),
      );
      return requests.some(
        ({ state, target_branch: branch }) =>
          state === 'merged' && settings.isLandingBranch(branch),
      );
    },
    async commitsBetween({ container }, from, to) {
      const { body } = await api.get(
        `${projectPath(container)}/repository/compare?from=${from}&to=${to}`,
      );
      const { commits } = z
        .object({ commits: z.array(commitSchema) })
        .parse(body);
      return commits.map(
        (one): LandedCommit => ({
          sha: one.id,
          committedAt: toRfc3339(one.authored_date),
          merge: isMerge(one),
        }),
      );
    },
  };
}

/** Answers what a webhook could not. */
export const lookUp = (
  question: JsonObject,
  api: VendorApi,
  settings: GitlabSettings,
): Promise<SourceResult> =>
  answerAboutRepository(question, repositoryApi(api, settings), settings);

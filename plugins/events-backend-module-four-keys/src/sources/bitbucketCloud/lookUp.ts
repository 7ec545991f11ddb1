import {
  given,
  toRfc3339,
  VendorApiError,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import type { RepositoryApi } from '../answers';
import { allPages, MAX_TIMED_COMMITS, type Paging } from '../paging';
import type { RepositorySettings } from '../repository';

const PAGING: Paging = {
  itemsOf: body => (body as { values?: unknown }).values,
  next: ({ body }) => (body as { next?: string }).next,
};

const commitSchema = z.object({
  hash: z.string(),
  date: z.string().nullish(),
  parents: z.array(z.unknown()).nullish(),
});

const user = z.object({ uuid: z.string().nullish() }).nullish();

const activitySchema = z.object({
  approval: z.object({ date: z.string(), user }).nullish(),
  comment: z.object({ created_on: z.string(), user }).nullish(),
});

const isMerge = ({ parents }: z.output<typeof commitSchema>) =>
  (parents?.length ?? 1) > 1;

/** What Bitbucket Cloud is asked. */
export function bitbucketCloudApi(
  api: VendorApi,
  settings: RepositorySettings,
): RepositoryApi {
  const repo = (container: string) => `repositories/${container}`;
  const list = <S extends z.ZodType>(path: string, schema: S) =>
    allPages(api, path, schema, PAGING);
  return {
    async pull(pull) {
      const path = `${repo(pull.container)}/pullrequests/${pull.number}`;
      const { author } = z
        .object({ author: user })
        .parse((await api.get(path)).body);
      const { hash } = commitSchema.parse(
        (await api.get(`${repo(pull.container)}/commit/${pull.mergeSha}`)).body,
      );
      return {
        landedSha: hash,
        async commits() {
          const all = await list(`${path}/commits?pagelen=100`, commitSchema);
          return all
            .filter(one => !isMerge(one))
            .slice(0, MAX_TIMED_COMMITS)
            .map(one =>
              given({ sha: one.hash, committed_at: toRfc3339(one.date) }),
            );
        },
        async firstReviewAt() {
          const activities = await list(
            `${path}/activity?pagelen=50`,
            activitySchema,
          );
          return activities
            .flatMap(({ approval, comment }) => [
              approval && { at: approval.date, who: approval.user },
              comment && { at: comment.created_on, who: comment.user },
            ])
            .flatMap(one =>
              one && one.who?.uuid !== author?.uuid
                ? toRfc3339(one.at) ?? []
                : [],
            )
            .sort()[0];
        },
      };
    },
    async files({ container, number }) {
      const side = z.object({ path: z.string() }).nullish();
      const stats = await list(
        `${repo(container)}/pullrequests/${number}/diffstat?pagelen=100`,
        z.object({ new: side, old: side }),
      );
      const paths = stats.flatMap(one => [one.new?.path, one.old?.path]);
      return [...new Set(paths.filter(path => path !== undefined))];
    },
    async cameWithPull(sha, { container }) {
      try {
        const pulls = await list(
          `${repo(container)}/commit/${sha}/pullrequests?pagelen=50`,
          z.object({
            state: z.string().nullish(),
            destination: z
              .object({ branch: z.object({ name: z.string() }) })
              .nullish(),
          }),
        );
        return pulls.some(
          ({ state, destination }) =>
            (state ?? 'MERGED') === 'MERGED' &&
            (!destination || settings.isLandingBranch(destination.branch.name)),
        );
      } catch (error) {
        // Bitbucket knows the pull requests of commits only where it indexed them.
        if (error instanceof VendorApiError && error.status === 404) {
          return false;
        }
        throw error;
      }
    },
    async commitsBetween({ container }, from, to) {
      const commits = await list(
        `${repo(container)}/commits/${to}?exclude=${from}&pagelen=100`,
        commitSchema,
      );
      return commits.reverse().map(one => ({
        sha: one.hash,
        committedAt: toRfc3339(one.date),
        merge: isMerge(one),
      }));
    },
  };
}

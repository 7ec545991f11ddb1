import {
  given,
  toRfc3339,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import type { RepositoryApi } from '../answers';
import { allPages, MAX_TIMED_COMMITS, type Paging } from '../paging';
import type { RepositorySettings } from '../repository';

const pageSchema = z.object({
  isLastPage: z.boolean().nullish(),
  nextPageStart: z.number().nullish(),
});

const PAGING: Paging = {
  itemsOf: body => (body as { values?: unknown }).values,
  next({ body }, path) {
    const { isLastPage, nextPageStart: start } = pageSchema.parse(body);
    return isLastPage === false && start
      ? `${path.replace(/&start=\d+$/, '')}&start=${start}`
      : undefined;
  },
};

const commitSchema = z.object({
  id: z.string(),
  authorTimestamp: z.number().nullish(),
  parents: z.array(z.unknown()).nullish(),
});

const activitySchema = z.object({
  action: z.string(),
  createdDate: z.number(),
  user: z.object({ id: z.number() }).nullish(),
});

/** What counts as a review: words, an approval, a request for changes. */
const REVIEWS = new Set(['COMMENTED', 'APPROVED', 'REVIEWED']);

const isMerge = ({ parents }: z.output<typeof commitSchema>) =>
  (parents?.length ?? 1) > 1;

function repo(container: string) {
  const [key, slug] = container.split('/');
  return `projects/${key}/repos/${slug}`;
}

/** What Bitbucket Data Center is asked. */
export function bitbucketServerApi(
  api: VendorApi,
  settings: RepositorySettings,
): RepositoryApi {
  const list = <S extends z.ZodType>(path: string, schema: S) =>
    allPages(api, path, schema, PAGING);
  return {
    async pull({ container, number }) {
      const path = `${repo(container)}/pull-requests/${number}`;
      const { author } = z
        .object({ author: z.object({ user: z.object({ id: z.number() }) }) })
        .parse((await api.get(path)).body);
      return {
        async commits() {
          const all = await list(`${path}/commits?limit=100`, commitSchema);
          return all
            .filter(one => !isMerge(one))
            .slice(0, MAX_TIMED_COMMITS)
            .map(one =>
              given({
                sha: one.id,
                committed_at: toRfc3339(one.authorTimestamp),
              }),
            );
        },
        async firstReviewAt() {
          const activities = await list(
            `${path}/activities?limit=100`,
            activitySchema,
          );
          return activities
            .filter(
              ({ action, user }) =>
                REVIEWS.has(action) && user?.id !== author.user.id,
            )
            .flatMap(({ createdDate: at }) => toRfc3339(at) ?? [])
            .sort()[0];
        },
      };
    },
    async files({ container, number }) {
      const path = z.object({ toString: z.string() }).nullish();
      const changes = await list(
        `${repo(container)}/pull-requests/${number}/changes?limit=100`,
        z.object({ path, srcPath: path }),
      );
      return changes.flatMap(one =>
        [one.path, one.srcPath].flatMap(side => side?.toString ?? []),
      );
    },
    async cameWithPull(sha, { container }) {
      const pulls = await list(
        `${repo(container)}/commits/${sha}/pull-requests?limit=100`,
        z.object({
          state: z.string(),
          toRef: z.object({ id: z.string() }),
        }),
      );
      return pulls.some(
        ({ state, toRef }) =>
          state === 'MERGED' &&
          settings.isLandingBranch(toRef.id.replace('refs/heads/', '')),
      );
    },
    async commitsBetween({ container }, from, to) {
      const commits = await list(
        `${repo(container)}/commits?since=${from}&until=${to}&limit=100`,
        commitSchema,
      );
      return commits.reverse().map(one => ({
        sha: one.id,
        committedAt: toRfc3339(one.authorTimestamp),
        merge: isMerge(one),
      }));
    },
  };
}

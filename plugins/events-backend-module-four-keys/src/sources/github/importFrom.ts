import {
  given,
  toRfc3339,
  type ImportPage,
  type ImportRequest,
  type SourceResult,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import {
  inPhases,
  inWindows,
  isWithin,
  within,
  type Phase,
  type PhasePage,
} from '../importing';
import { changesOf, detailsOf, mergedPull, type MergedPull } from '../landings';
import { allPages, MAX_TIMED_COMMITS, nextLink } from '../paging';
import { mapDeploymentStatus } from './deployments';
import {
  COMMITS,
  commitsSchema,
  PULLS,
  pullNode,
  pullsSchema,
  queryGraphql,
  STATUSES,
  statusesSchema,
} from './graphql';
import { mapIssue } from './incidents';
import { firstReview } from './lookUp';
import { issuesPayload, workflowRunPayload } from './payload';
import { mapRelease } from './releases';
import { mapWorkflowRun } from './runs';
import type { GithubSettings } from './settings';

/** Searches find no more than that, whatever is there. */
const MAX_FOUND = 1000;

interface Import {
  readonly request: ImportRequest;
  readonly api: VendorApi;
  readonly settings: GithubSettings;
}

const iso = (instant: number) => new Date(instant).toISOString();

/** The landing and, where the page holds all of it, what only the API tells. */
function pullResult(
  node: z.output<typeof pullNode>,
  { request, settings }: Import,
): SourceResult[] {
  const { container } = request;
  const mergedAt = toRfc3339(node.mergedAt);
  if (
    !node.mergeCommit ||
    !mergedAt ||
    !isWithin(request, mergedAt) ||
    !settings.isLandingBranch(node.baseRefName)
  ) {
    return [];
  }
  const pull: MergedPull = {
    container,
    word: 'pr',
    number: node.number,
    mergeSha: node.mergeCommit.oid,
    branch: node.baseRefName,
    mergedAt,
    openedAt: toRfc3339(node.createdAt),
    labels: (node.labels?.nodes ?? []).map(({ name }) => name),
  };
  const result = mergedPull(pull, settings);
  const answer = settings.servicesOf({ container });
  const { commits, reviews } = node;
  const complete =
    commits.totalCount <= commits.nodes.length &&
    reviews.totalCount <= reviews.nodes.length;
  if ('ignored' in result || 'unclear' in answer || !complete) {
    return [result];
  }
  const reviewed = reviews.nodes.map(({ submittedAt, state, author }) => ({
    submitted_at: submittedAt,
    state,
    user: author && { login: author.login, type: author.__typename },
  }));
  return [
    {
      events: [
        ...result.events,
        ...detailsOf(pull, answer.services, {
          firstReviewAt: firstReview(reviewed, node.author?.login),
          commits:
            settings.changes === 'merges'
              ? commits.nodes
                  .filter(({ commit }) => commit.parents.totalCount < 2)
                  .slice(-MAX_TIMED_COMMITS)
                  .map(({ commit }) =>
                    given({
                      sha: commit.oid,
                      committed_at: toRfc3339(commit.authoredDate),
                    }),
                  )
              : undefined,
        }),
      ],
    },
  ];
}

function pulls(run: Import): Phase {
  const { request, api } = run;
  return {
    name: 'pulls',
    read: from =>
      inWindows(request, from, async (window, after) => {
        const q = `repo:${request.container} is:pr is:merged merged:${iso(
          window.from,
        )}..${iso(window.to)} sort:created-asc`;
        const { search } = await queryGraphql(
          api,
          PULLS,
          { q, after: after ?? null },
          pullsSchema,
        );
        if (search.issueCount > MAX_FOUND) {
          return undefined;
        }
        return {
          results: search.nodes.flatMap(node =>
            node ? pullResult(node, run) : [],
          ),
          after: search.pageInfo.hasNextPage
            ? search.pageInfo.endCursor ?? undefined
            : undefined,
        };
      }),
  };
}

/** Commits on the landing branches: all of them, or those without a pull request. */
function landedCommits({ request, api, settings }: Import): Phase {
  const [owner, name] = request.container.split('/');
  return {
    name: 'commits',
    async *read(from): AsyncGenerator<PhasePage> {
      const all = await allPages(
        api,
        `repos/${request.container}/branches?per_page=100`,
        z.object({ name: z.string() }),
      );
      const branches = all
        .map(branch => branch.name)
        .filter(settings.isLandingBranch)
        .sort();
      const [startBranch, startAfter] = from
        ? (JSON.parse(from) as [string, string?])
        : [];
      let at = Math.max(0, branches.indexOf(startBranch ?? ''));
      let after = startAfter;
      while (at < branches.length) {
        const branch = branches[at];
        const { repository } = await queryGraphql(
          api,
          COMMITS,
          {
            owner,
            name,
            branch: `refs/heads/${branch}`,
            since: iso(request.since),
            until: iso(request.until),
            after: after ?? null,
          },
          commitsSchema,
        );
        const history = repository.ref?.target.history;
        const results = (history?.nodes ?? [])
          .filter(
            ({ parents, associatedPullRequests: found }) =>
              settings.changes === 'pushes' ||
              (parents.totalCount < 2 &&
                !found?.nodes.some(
                  ({ merged, baseRefName }) =>
                    merged && settings.isLandingBranch(baseRefName),
                )),
          )
          .map(node =>
            changesOf(
              [
                {
                  sha: node.oid,
                  committedAt: toRfc3339(node.authoredDate),
                  merge: node.parents.totalCount > 1,
                },
              ],
              {
                container: request.container,
                branch,
                time: toRfc3339(node.committedDate)!,
              },
              settings,
            ),
          );
        after = history?.pageInfo.hasNextPage
          ? history.pageInfo.endCursor ?? undefined
          : undefined;
        at += after ? 0 : 1;
        yield {
          results,
          done: at / branches.length,
          next:
            at < branches.length
              ? JSON.stringify([branches[at], after])
              : undefined,
        };
      }
    },
  };
}

/** Pages of a list that begins with the newest, down to what is too old. */
async function* byLink(
  api: VendorApi,
  path: string,
  from: string | undefined,
  read: (body: unknown) => Promise<{ results: SourceResult[]; old?: boolean }>,
): AsyncGenerator<PhasePage> {
  let at: string | undefined = from ?? path;
  while (at) {
    const { body, headers }: Awaited<ReturnType<VendorApi['get']>> =
      await api.get(at);
    const { results, old } = await read(body);
    at = old ? undefined : nextLink(headers);
    yield { results, next: at };
  }
}

const deploymentSchema = z.looseObject({
  id: z.number(),
  node_id: z.string(),
  created_at: z.string(),
});

const deploymentFields = z.object({
  id: z.number(),
  sha: z.string(),
  environment: z.string().nullish(),
  task: z.string().nullish(),
  payload: z.unknown().optional(),
  transient_environment: z.boolean().nullish(),
});

function deployments({ request, api, settings }: Import): Phase {
  const repository = { full_name: request.container };
  return {
    name: 'deployments',
    read: from =>
      byLink(
        api,
        `repos/${request.container}/deployments?per_page=100`,
        from,
        async body => {
          const listed = z.array(deploymentSchema).parse(body);
          const recent = listed.filter(
            one => Date.parse(one.created_at) >= request.since,
          );
          if (recent.length === 0) {
            return { results: [], old: true };
          }
          const { nodes } = await queryGraphql(
            api,
            STATUSES,
            { ids: recent.map(one => one.node_id) },
            statusesSchema,
          );
          const statuses = new Map(
            nodes.flatMap(node =>
              node ? [[node.databaseId, node.statuses.nodes] as const] : [],
            ),
          );
          const results = recent.flatMap(one =>
            (statuses.get(one.id) ?? []).map(status =>
              within(
                request,
                mapDeploymentStatus(
                  {
                    repository,
                    deployment: deploymentFields.parse(one),
                    deployment_status: {
                      state: status.state.toLowerCase(),
                      environment: status.environment,
                      created_at: status.createdAt,
                    },
                  },
                  settings,
                ),
              ),
            ),
          );
          return { results, old: recent.length < listed.length };
        },
      ),
  };
}

function runs({ request, api, settings }: Import): Phase {
  const runSchema = workflowRunPayload.shape.workflow_run;
  return {
    name: 'runs',
    read: from =>
      inWindows(request, from, async (window, after) => {
        const { body, headers } = await api.get(
          after ??
            `repos/${
              request.container
            }/actions/runs?status=completed&created=${iso(window.from)}..${iso(
              window.to,
            )}&per_page=100`,
        );
        const found = z
          .object({
            total_count: z.number(),
            workflow_runs: z.array(runSchema),
          })
          .parse(body);
        if (found.total_count > MAX_FOUND) {
          return undefined;
        }
        return {
          results: found.workflow_runs.map(run =>
            mapWorkflowRun(
              {
                action: 'completed',
                repository: { full_name: request.container },
                workflow_run: run,
              },
              settings,
            ),
          ),
          after: nextLink(headers),
        };
      }),
  };
}

function releases({ request, api, settings }: Import): Phase {
  const releaseSchema = z.object({
    id: z.number(),
    tag_name: z.string(),
    draft: z.boolean(),
    prerelease: z.boolean(),
    published_at: z.string().nullish(),
    created_at: z.string(),
  });
  return {
    name: 'releases',
    read: from =>
      byLink(
        api,
        `repos/${request.container}/releases?per_page=100`,
        from,
        async body => ({
          results: z
            .array(releaseSchema)
            .parse(body)
            .filter(one => isWithin(request, one.published_at))
            .map(release =>
              mapRelease(
                {
                  action: 'published',
                  repository: { full_name: request.container },
                  release,
                },
                settings,
              ),
            ),
        }),
      ),
  };
}

/** That an issue was opened again in between is in no list. */
function incidents({ request, api, settings }: Import): Phase {
  return {
    name: 'incidents',
    read: from =>
      byLink(
        api,
        `repos/${request.container}/issues?state=all&since=${iso(
          request.since,
        )}&sort=updated&direction=asc&per_page=100`,
        from,
        async body => ({
          results: z
            .array(issuesPayload.shape.issue)
            .parse(body)
            .flatMap(issue =>
              (issue.closed_at ? ['opened', 'closed'] : ['opened']).map(
                action =>
                  within(
                    request,
                    mapIssue(
                      {
                        action,
                        repository: { full_name: request.container },
                        issue,
                      },
                      settings,
                    ),
                  ),
              ),
            ),
        }),
      ),
  };
}

/** What GitHub remembers of a repository, as its webhooks would have told it. */
export function importFrom(
  request: ImportRequest,
  api: VendorApi,
  settings: GithubSettings,
): AsyncIterable<ImportPage> {
  const run = { request, api, settings };
  const byMode: Partial<Record<GithubSettings['deployments'], Phase>> = {
    status: deployments(run),
    workflow: runs(run),
    release: releases(run),
  };
  const deployed = byMode[settings.deployments];
  return inPhases(
    [
      pulls(run),
      landedCommits(run),
      ...(deployed ? [deployed] : []),
      ...(settings.hasIncidents ? [incidents(run)] : []),
    ],
    request,
  );
}

import type {
  ImportPage,
  ImportRequest,
  SourceResult,
  VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { inPhases, isWithin, within, type Phase } from '../importing';
import { nextLink } from '../paging';
import { mapMergeRequest } from './changes';
import { mapDeployment } from './deployments';
import { projectPath } from './lookUp';
import type { GitlabSettings } from './settings';

const requestSchema = z.object({
  iid: z.number(),
  target_branch: z.string(),
  merge_commit_sha: z.string().nullish(),
  sha: z.string().nullish(),
  created_at: z.string(),
  merged_at: z.string().nullish(),
  labels: z.array(z.string()).nullish(),
});

const deploymentSchema = z.object({
  id: z.number(),
  sha: z.string().nullish(),
  ref: z.string().nullish(),
  status: z.string(),
  updated_at: z.string().nullish(),
  deployable: z.object({ finished_at: z.string().nullish() }).nullish(),
  environment: z
    .object({ name: z.string(), tier: z.string().nullish() })
    .nullish(),
});

/** A list that was last changed within a time, the oldest change first. */
function updated<S extends z.ZodType>(
  name: string,
  path: string,
  schema: S,
  { request, api }: { request: ImportRequest; api: VendorApi },
  map: (item: z.output<S>) => SourceResult[],
): Phase {
  const first = `${projectPath(
    request.container,
  )}/${path}updated_after=${new Date(
    request.since,
  ).toISOString()}&order_by=updated_at&sort=asc&per_page=100`;
  return {
    name,
    async *read(from) {
      let at: string | undefined = from ?? first;
      while (at) {
        const { body, headers }: Awaited<ReturnType<VendorApi['get']>> =
          await api.get(at);
        at = nextLink(headers);
        yield {
          results: z.array(schema).parse(body).flatMap(map),
          next: at,
        };
      }
    },
  };
}

/** What GitLab remembers of a project, as its webhooks would have told it. */
export function importFrom(
  request: ImportRequest,
  api: VendorApi,
  settings: GitlabSettings,
): AsyncIterable<ImportPage> {
  const project = { path_with_namespace: request.container };
  const run = { request, api };
  const mergeRequests = updated(
    'merge_requests',
    'merge_requests?state=merged&',
    requestSchema,
    run,
    one =>
      isWithin(request, one.merged_at)
        ? [
            mapMergeRequest(
              {
                project,
                labels: (one.labels ?? []).map(title => ({ title })),
                object_attributes: {
                  ...one,
                  action: 'merge',
                  last_commit: one.sha ? { id: one.sha } : undefined,
                },
              },
              settings,
            ),
          ]
        : [],
  );
  // Only the last status is kept: that it had started is lost.
  const deployments = updated(
    'deployments',
    'deployments?',
    deploymentSchema,
    run,
    one => [
      within(
        request,
        mapDeployment(
          {
            project,
            deployment_id: one.id,
            status: one.status,
            status_changed_at: one.deployable?.finished_at ?? one.updated_at,
            environment: one.environment?.name,
            environment_tier: one.environment?.tier,
            commit_url: one.sha,
            ref: one.ref,
          },
          settings,
        ),
      ),
    ],
  );
  return inPhases(
    settings.deployments === 'deployment'
      ? [mergeRequests, deployments]
      : [mergeRequests],
    request,
  );
}

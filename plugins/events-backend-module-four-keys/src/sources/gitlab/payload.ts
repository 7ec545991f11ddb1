import { z } from 'zod/v4';

/**
 * As much of GitLab's webhooks as we read; everything that is not named here
 * is dropped, persons included.
 */
const project = z.object({ path_with_namespace: z.string().min(1) });
const id = z.union([z.number(), z.string()]);
const labels = z.array(z.object({ title: z.string() })).nullish();
const files = z.array(z.string()).nullish();
const time = z.union([z.string(), z.number()]).nullish();

export const deploymentPayload = z.object({
  project,
  status: z.string(),
  status_changed_at: time,
  deployment_id: id,
  environment: z.string().nullish(),
  environment_tier: z.string().nullish(),
  short_sha: z.string().nullish(),
  commit_url: z.string().nullish(),
  ref: z.string().nullish(),
});

export const mergeRequestPayload = z.object({
  project,
  labels,
  object_attributes: z.object({
    iid: z.number(),
    action: z.string().nullish(),
    target_branch: z.string(),
    merge_commit_sha: z.string().nullish(),
    last_commit: z.object({ id: z.string() }).nullish(),
    created_at: time,
    updated_at: time,
    merged_at: time,
  }),
});

export const pushPayload = z.object({
  project,
  ref: z.string(),
  before: z.string().nullish(),
  after: z.string().nullish(),
  checkout_sha: z.string().nullish(),
  total_commits_count: z.number().nullish(),
  commits: z
    .array(
      z.object({
        id: z.string().min(1),
        message: z.string().nullish(),
        timestamp: time,
        added: files,
        removed: files,
        modified: files,
      }),
    )
    .nullish(),
});

export const pipelinePayload = z.object({
  project,
  object_attributes: z.object({
    id,
    ref: z.string().nullish(),
    sha: z.string().nullish(),
    status: z.string(),
    created_at: time,
    finished_at: time,
    variables: z
      .array(z.object({ key: z.string(), value: z.unknown().optional() }))
      .nullish(),
  }),
  builds: z
    .array(
      z.object({
        id,
        name: z.string().nullish(),
        status: z.string().nullish(),
        started_at: time,
        finished_at: time,
        environment: z
          .object({ name: z.string(), action: z.string().nullish() })
          .nullish(),
      }),
    )
    .nullish(),
});

export const issuePayload = z.object({
  project,
  labels,
  object_attributes: z.object({
    id,
    iid: z.number(),
    action: z.string().nullish(),
    type: z.string().nullish(),
    title: z.string().nullish(),
    description: z.string().nullish(),
    url: z.string().nullish(),
    severity: z.string().nullish(),
    created_at: time,
    updated_at: time,
    closed_at: time,
  }),
});

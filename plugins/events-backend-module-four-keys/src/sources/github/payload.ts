import { z } from 'zod/v4';

/**
 * As much of GitHub's webhooks as we read; GitHub adds fields at any time, and
 * everything that is not named here is dropped, persons included.
 */
const repository = z.object({
  full_name: z.string().min(1),
  pushed_at: z.union([z.number(), z.string()]).nullish(),
});

const id = z.union([z.number(), z.string()]);
const labels = z.array(z.object({ name: z.string() })).nullish();
const files = z.array(z.string()).nullish();

export const deploymentStatusPayload = z.object({
  repository,
  deployment_status: z.object({
    state: z.string(),
    environment: z.string().nullish(),
    created_at: z.string(),
  }),
  deployment: z.object({
    id,
    sha: z.string().min(1),
    environment: z.string().nullish(),
    task: z.string().nullish(),
    payload: z.unknown().optional(),
    transient_environment: z.boolean().nullish(),
  }),
  workflow_run: z.object({ id, run_attempt: z.number().nullish() }).nullish(),
});

export const pullRequestPayload = z.object({
  action: z.string(),
  repository,
  pull_request: z.object({
    number: z.number(),
    merged: z.boolean().nullish(),
    merge_commit_sha: z.string().nullish(),
    created_at: z.string().nullish(),
    merged_at: z.string().nullish(),
    base: z.object({ ref: z.string() }),
    labels,
  }),
});

export const pushPayload = z.object({
  ref: z.string(),
  after: z.string().nullish(),
  created: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
  repository,
  head_commit: z
    .object({ id: z.string().nullish(), timestamp: z.string() })
    .nullish(),
  commits: z
    .array(
      z.object({
        id: z.string().min(1),
        message: z.string().nullish(),
        timestamp: z.string(),
        added: files,
        removed: files,
        modified: files,
      }),
    )
    .nullish(),
});

export const releasePayload = z.object({
  action: z.string(),
  repository,
  release: z.object({
    id,
    tag_name: z.string().min(1),
    draft: z.boolean().nullish(),
    prerelease: z.boolean().nullish(),
    published_at: z.string().nullish(),
  }),
});

export const workflowRunPayload = z.object({
  action: z.string(),
  repository,
  workflow: z
    .object({ path: z.string().nullish(), name: z.string().nullish() })
    .nullish(),
  workflow_run: z.object({
    id,
    run_attempt: z.number().nullish(),
    name: z.string().nullish(),
    path: z.string().nullish(),
    event: z.string().nullish(),
    head_sha: z.string().min(1),
    head_branch: z.string().nullish(),
    head_repository: z.object({ full_name: z.string() }).nullish(),
    conclusion: z.string().nullish(),
    run_started_at: z.string().nullish(),
    updated_at: z.string().nullish(),
  }),
});

export const issuesPayload = z.object({
  action: z.string(),
  repository,
  label: z.object({ name: z.string() }).nullish(),
  issue: z.object({
    id,
    number: z.number(),
    title: z.string().nullish(),
    body: z.string().nullish(),
    html_url: z.string().nullish(),
    state_reason: z.string().nullish(),
    created_at: z.string(),
    updated_at: z.string().nullish(),
    closed_at: z.string().nullish(),
    labels,
    pull_request: z.unknown().optional(),
  }),
});

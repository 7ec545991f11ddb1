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
    payload: z.unknown(),
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
    labels: z.array(z.object({ name: z.string() })).nullish(),
  }),
});

export const pushPayload = z.object({
  ref: z.string(),
  deleted: z.boolean().nullish(),
  repository,
  head_commit: z.object({ timestamp: z.string() }).nullish(),
  commits: z
    .array(
      z.object({
        id: z.string().min(1),
        message: z.string().nullish(),
        timestamp: z.string(),
      }),
    )
    .nullish(),
});

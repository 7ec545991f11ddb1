import { z } from 'zod/v4';

/**
 * As much of the service hooks of Azure DevOps as we read, with the resource
 * version that each has by default today; everything else is dropped, persons
 * included.
 */
const id = z.union([z.number(), z.string()]);
const time = z.string().nullish();
const project = z.object({ name: z.string().min(1) });

const repository = z.object({
  id: z.string().nullish(),
  name: z.string().min(1),
  project,
});

export const pullRequestPayload = z.object({
  resource: z.object({
    repository,
    pullRequestId: z.number(),
    status: z.string(),
    mergeStatus: z.string().nullish(),
    creationDate: time,
    closedDate: time,
    targetRefName: z.string(),
    lastMergeCommit: z.object({ commitId: z.string() }).nullish(),
    labels: z.array(z.object({ name: z.string() })).nullish(),
  }),
});

export const pushPayload = z.object({
  resource: z.object({
    repository,
    date: time,
    refUpdates: z.array(
      z.object({
        name: z.string(),
        oldObjectId: z.string().nullish(),
        newObjectId: z.string().nullish(),
      }),
    ),
    commits: z
      .array(
        z.object({
          commitId: z.string().min(1),
          comment: z.string().nullish(),
          author: z.object({ date: time }).nullish(),
        }),
      )
      .nullish(),
  }),
});

export const releasePayload = z.object({
  createdDate: time,
  resource: z.object({
    project: project.nullish(),
    environment: z.object({
      id,
      releaseId: id,
      name: z.string().min(1),
      status: z.string(),
      deploySteps: z
        .array(z.object({ attempt: z.number().nullish() }))
        .nullish(),
      release: z.object({ name: z.string().nullish() }).nullish(),
      releaseDefinition: z.object({ name: z.string().nullish() }).nullish(),
    }),
  }),
});

export const stagePayload = z.object({
  createdDate: time,
  resource: z.object({
    stage: z.object({
      id: id.nullish(),
      name: z.string().min(1),
      state: z.string(),
      result: z.string().nullish(),
      attempt: z.number().nullish(),
    }),
    run: z.object({ id, name: z.string().nullish() }),
    pipeline: z.object({ name: z.string().min(1) }),
  }),
});

export const buildPayload = z.object({
  resource: z.object({
    id,
    result: z.string().nullish(),
    startTime: time,
    finishTime: time,
    sourceVersion: z.string().nullish(),
    sourceBranch: z.string().nullish(),
    definition: z.object({ name: z.string().min(1) }),
    project: project.nullish(),
  }),
});

import { z } from 'zod/v4';

/** As much of Bitbucket Data Center's webhooks as we read; everything else is dropped, persons included. */
const repository = z.object({
  slug: z.string().min(1),
  project: z.object({ key: z.string().min(1) }),
});

const time = z.union([z.string(), z.number()]).nullish();

export const pullRequestPayload = z.object({
  date: time,
  pullRequest: z.object({
    id: z.number(),
    createdDate: time,
    closedDate: time,
    toRef: z.object({ id: z.string(), repository }),
    properties: z
      .object({ mergeCommit: z.object({ id: z.string() }).nullish() })
      .nullish(),
  }),
});

export const refsChangedPayload = z.object({
  date: time,
  repository,
  changes: z.array(
    z.object({
      ref: z.object({ id: z.string(), type: z.string().nullish() }),
      fromHash: z.string(),
      toHash: z.string(),
      type: z.string(),
    }),
  ),
  commits: z
    .array(
      z.object({
        id: z.string().min(1),
        authorTimestamp: time,
        message: z.string().nullish(),
        parents: z.array(z.unknown()).nullish(),
      }),
    )
    .nullish(),
});

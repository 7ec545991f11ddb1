import { z } from 'zod/v4';

/** As much of Bitbucket Cloud's webhooks as we read; everything else is dropped, persons included. */
const repository = z.object({ full_name: z.string().min(1) });
const hash = z.object({ hash: z.string().min(1) });

export const pullRequestPayload = z.object({
  repository,
  pullrequest: z.object({
    id: z.number(),
    merge_commit: hash.nullish(),
    created_on: z.string().nullish(),
    updated_on: z.string().nullish(),
    destination: z.object({ branch: z.object({ name: z.string() }) }),
  }),
});

const ref = z.object({
  type: z.string(),
  name: z.string(),
  target: z.object({ hash: z.string(), date: z.string().nullish() }).nullish(),
});

export const pushPayload = z.object({
  repository,
  push: z.object({
    changes: z.array(
      z.object({
        new: ref.nullish(),
        old: ref.nullish(),
        truncated: z.boolean().nullish(),
        commits: z
          .array(
            z.object({
              hash: z.string().min(1),
              date: z.string().nullish(),
              message: z.string().nullish(),
              parents: z.array(z.unknown()).nullish(),
            }),
          )
          .nullish(),
      }),
    ),
  }),
});

export const commitStatusPayload = z.object({
  repository,
  commit_status: z.object({
    key: z.string().min(1),
    name: z.string().nullish(),
    state: z.string(),
    created_on: z.string().nullish(),
    updated_on: z.string().nullish(),
    commit: hash.nullish(),
    links: z
      .object({ commit: z.object({ href: z.string() }).nullish() })
      .nullish(),
  }),
});

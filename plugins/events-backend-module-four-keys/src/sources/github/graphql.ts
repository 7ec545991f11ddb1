import type { JsonObject } from '@backstage/types';
import {
  VendorApiError,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';

const answerSchema = z.object({
  data: z.unknown(),
  errors: z
    .array(z.object({ message: z.string(), type: z.string().nullish() }))
    .nullish(),
});

/** @throws VendorApiError also for errors that GraphQL answers with 200. */
export async function queryGraphql<S extends z.ZodType>(
  api: VendorApi,
  query: string,
  variables: JsonObject,
  schema: S,
): Promise<z.output<S>> {
  // Beside the REST API, on github.com as in Enterprise Server.
  const { body } = await api.post('../graphql', { query, variables });
  const { data, errors } = answerSchema.parse(body);
  if (errors?.length) {
    throw new VendorApiError(
      `GraphQL: ${errors.map(({ message }) => message).join('; ')}`,
      { permanent: errors.every(({ type }) => type === 'NOT_FOUND') },
    );
  }
  return schema.parse(data);
}

export const PULLS = `query ($q: String!, $after: String) {
  search(query: $q, type: ISSUE, first: 50, after: $after) {
    issueCount
    pageInfo { hasNextPage endCursor }
    nodes { ... on PullRequest {
      number mergedAt createdAt baseRefName
      mergeCommit { oid }
      author { login }
      labels(first: 50) { nodes { name } }
      commits(first: 100) { totalCount nodes { commit { oid authoredDate parents { totalCount } } } }
      reviews(first: 50) { totalCount nodes { submittedAt state author { login __typename } } }
    } }
  }
}`;

const page = z.object({
  hasNextPage: z.boolean(),
  endCursor: z.string().nullish(),
});

const login = z
  .object({ login: z.string(), __typename: z.string().nullish() })
  .nullish();

export const pullNode = z.object({
  number: z.number(),
  mergedAt: z.string(),
  createdAt: z.string(),
  baseRefName: z.string(),
  mergeCommit: z.object({ oid: z.string() }).nullish(),
  author: login,
  labels: z
    .object({ nodes: z.array(z.object({ name: z.string() })) })
    .nullish(),
  commits: z.object({
    totalCount: z.number(),
    nodes: z.array(
      z.object({
        commit: z.object({
          oid: z.string(),
          authoredDate: z.string(),
          parents: z.object({ totalCount: z.number() }),
        }),
      }),
    ),
  }),
  reviews: z.object({
    totalCount: z.number(),
    nodes: z.array(
      z.object({
        submittedAt: z.string().nullish(),
        state: z.string(),
        author: login,
      }),
    ),
  }),
});

export const pullsSchema = z.object({
  search: z.object({
    issueCount: z.number(),
    pageInfo: page,
    // A node of another kind is empty.
    nodes: z.array(z.union([pullNode, z.object({}).transform(() => null)])),
  }),
});

export const COMMITS = `query ($owner: String!, $name: String!, $branch: String!, $since: GitTimestamp!, $until: GitTimestamp!, $after: String) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $branch) { target { ... on Commit {
      history(first: 100, since: $since, until: $until, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          oid authoredDate committedDate
          parents { totalCount }
          associatedPullRequests(first: 5) { nodes { merged baseRefName } }
        }
      }
    } } }
  }
}`;

export const commitsSchema = z.object({
  repository: z.object({
    ref: z
      .object({
        target: z.object({
          history: z.object({
            pageInfo: page,
            nodes: z.array(
              z.object({
                oid: z.string(),
                authoredDate: z.string(),
                committedDate: z.string(),
                parents: z.object({ totalCount: z.number() }),
                associatedPullRequests: z
                  .object({
                    nodes: z.array(
                      z.object({
                        merged: z.boolean(),
                        baseRefName: z.string(),
                      }),
                    ),
                  })
                  .nullish(),
              }),
            ),
          }),
        }),
      })
      .nullish(),
  }),
});

export const STATUSES = `query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Deployment {
    databaseId
    statuses(first: 100) { nodes { state createdAt environment } }
  } }
}`;

export const statusesSchema = z.object({
  nodes: z.array(
    z
      .object({
        databaseId: z.number(),
        statuses: z.object({
          nodes: z.array(
            z.object({
              state: z.string(),
              createdAt: z.string(),
              environment: z.string().nullish(),
            }),
          ),
        }),
      })
      .nullable(),
  ),
});

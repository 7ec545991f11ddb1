import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import type { EventEnvelope } from '@four-keys/backstage-plugin-four-keys-common';
import { VendorClient } from '@four-keys/backstage-plugin-four-keys-node/sources';
import {
  VendorServer,
  type ApiAnswer,
  type ApiCall,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { readSources } from '../config';
import { migrateSources } from '../database';
import { Intake } from '../intake/Intake';
import { LookupSpool } from '../lookups/LookupSpool';
import { SOURCE_TYPES } from '../sources';
import * as github from '../sources/github/fixtures';
import * as gitlab from '../sources/gitlab/fixtures';
import { Reconciler } from './Reconciler';

jest.setTimeout(60_000);

const NOW = Date.UTC(2026, 5, 11, 12);
const REPO = '/repos/Acme/Payments-API';

/** GitHub, as its API tells what the fixtures of its webhooks tell. */
function playGithub({ path, body }: ApiCall): ApiAnswer | undefined {
  const { query = '', variables = {} } = (body ?? {}) as {
    query?: string;
    variables?: { after?: string; branch?: string; q?: string };
  };
  if (query.includes('search(')) {
    const first = !variables.after;
    const { pull_request: pull } = github.pullRequest;
    const node = {
      number: first ? 42 : 43,
      mergedAt: pull.merged_at,
      createdAt: pull.created_at,
      baseRefName: 'main',
      mergeCommit: { oid: first ? github.SHA.merge : github.SHA.direct },
      author: { login: 'mona', __typename: 'User' },
      labels: { nodes: pull.labels.map(({ name }) => ({ name })) },
      commits: {
        totalCount: 1,
        nodes: [
          {
            commit: {
              oid: github.SHA.first,
              authoredDate: '2026-06-09T07:00:00Z',
              parents: { totalCount: 1 },
            },
          },
        ],
      },
      reviews: {
        totalCount: 1,
        nodes: [
          {
            submittedAt: '2026-06-09T10:00:00Z',
            state: 'APPROVED',
            author: { login: 'octo', __typename: 'User' },
          },
        ],
      },
    };
    return {
      body: {
        data: {
          search: {
            issueCount: 2,
            pageInfo: { hasNextPage: first, endCursor: 'two' },
            nodes: [node, {}],
          },
        },
      },
    };
  }
  if (query.includes('history(')) {
    const commit = (oid: string, pulls: object[]) => ({
      oid,
      authoredDate: '2026-06-10T10:00:00Z',
      committedDate: '2026-06-10T12:00:00Z',
      parents: { totalCount: 1 },
      associatedPullRequests: { nodes: pulls },
    });
    return {
      body: {
        data: {
          repository: {
            ref: {
              target: {
                history: {
                  pageInfo: { hasNextPage: false },
                  nodes: [
                    commit(github.SHA.second, []),
                    commit(github.SHA.merge, [
                      { merged: true, baseRefName: 'main' },
                    ]),
                  ],
                },
              },
            },
          },
        },
      },
    };
  }
  if (query.includes('nodes(ids')) {
    const status = (state: string, createdAt: string) => ({
      state,
      createdAt,
      environment: 'production',
    });
    return {
      body: {
        data: {
          nodes: [
            {
              databaseId: 77,
              statuses: {
                nodes: [
                  status('INACTIVE', '2026-06-11T09:00:00Z'),
                  status('SUCCESS', '2026-06-10T12:50:12Z'),
                  status('IN_PROGRESS', '2026-06-10T12:41:00Z'),
                ],
              },
            },
          ],
        },
      },
    };
  }
  const pages: Record<string, unknown> = {
    [`${REPO}/branches?per_page=100`]: [{ name: 'main' }, { name: 'retries' }],
    [`${REPO}/deployments?per_page=100`]: [
      { ...github.deploymentStatus.deployment, node_id: 'D77' },
      {
        ...github.deploymentStatus.deployment,
        id: 3,
        node_id: 'D3',
        created_at: '2025-01-01T00:00:00Z',
      },
    ],
  };
  if (path.startsWith(`${REPO}/issues?`)) {
    return { body: [github.issue('closed').issue] };
  }
  return pages[path] ? { body: pages[path] } : undefined;
}

/** GitLab, in the same way. */
function playGitlab({ path }: ApiCall): ApiAnswer | undefined {
  if (path.includes('/merge_requests?')) {
    const request = gitlab.mergeRequest().object_attributes;
    return {
      body: [
        {
          iid: request.iid,
          target_branch: request.target_branch,
          merge_commit_sha: request.merge_commit_sha,
          sha: request.last_commit.id,
          created_at: '2026-06-09T08:30:00.000Z',
          merged_at: '2026-06-10T12:34:50.000Z',
          labels: ['hotfix'],
        },
      ],
    };
  }
  return {
    body: [
      {
        id: 15,
        sha: gitlab.SHA.merge,
        ref: 'main',
        status: 'success',
        updated_at: '2026-06-10T12:50:13.000Z',
        deployable: { finished_at: '2026-06-10T12:50:12.000Z' },
        environment: { name: 'production', tier: 'production' },
      },
    ],
  };
}

describe('what the vendors remember', () => {
  const server = new VendorServer();
  let database: TestDatabase;
  let published: EventEnvelope[];

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrateSources(database.knex);
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });
  beforeEach(async () => {
    await database.knex('four_keys_imports').delete();
    published = [];
    server.calls.length = 0;
  });

  function setUp(entry: object) {
    const clock = () => NOW;
    const sources = readSources(
      new ConfigReader({
        fourKeys: { sources: [{ secrets: ['s'], ...entry }] },
      }),
      SOURCE_TYPES,
      { catalog: { find: () => [] }, canLookUp: () => true },
    );
    const intake = new Intake({
      lookups: new LookupSpool({ knex: database.knex, clock }),
      typePrefix: 'dev.fourkeys',
      logger: mockServices.logger.mock(),
      events: {
        publish: async events => {
          published.push(...events);
          return { accepted: events.length, rejected: [] };
        },
      },
    });
    const reconciler = new Reconciler({
      knex: database.knex,
      sources,
      intake,
      clock,
      logger: mockServices.logger.mock(),
      containersOf: () => [],
      apiOf: () =>
        new VendorClient({
          baseUrl: server.url,
          credentials: async () => ({}),
          attempts: 1,
          maxPauseMs: 0,
        }),
    });
    const live = (headers: Record<string, string>, body: unknown) => {
      const result = sources[0].source.map(headers, body);
      return 'events' in result ? result.events : [];
    };
    return { reconciler, live };
  }

  const GITHUB = {
    type: 'github',
    instance: 'github.com',
    repositories: ['Acme/Payments-API'],
    incidentLabels: ['incident'],
  };

  it('of GitHub has the ids of its webhooks, and what those say', async () => {
    server.answer = playGithub;
    const { reconciler, live } = setUp(GITHUB);
    await reconciler.run();
    const told = new Map(published.map(event => [event.id, event]));
    for (const [name, body] of [
      ['pull_request', github.pullRequest],
      ['deployment_status', github.deploymentStatus],
      ['issues', github.issue('opened')],
      ['issues', github.issue('closed')],
    ] as const) {
      const events = live({ 'x-github-event': name }, body);
      expect(events).toHaveLength(1);
      for (const { id, time, data } of events) {
        // The run of a deployment is in its webhook alone.
        const { pipeline_run_id: _, ...remembered } = data;
        expect(told.get(id)).toMatchObject({ id, time, data: remembered });
      }
    }
    const base = `acme/payments-api/pr/42/merged/${github.SHA.merge}`;
    expect(told.get(`${base}/commits`)).toMatchObject({
      data: {
        first_review_at: '2026-06-09T10:00:00.000Z',
        commits: [{ sha: github.SHA.first }],
      },
    });
    expect([...told.keys()].filter(id => id.includes('/change/'))).toEqual([
      `acme/payments-api/change/${github.SHA.second}`,
    ]);
    // Inactive is no state of ours, and what is too old was not asked for.
    expect([...told.keys()].filter(id => id.includes('/deployment/'))).toEqual([
      'acme/payments-api/deployment/77/success/1781095812',
      'acme/payments-api/deployment/77/in_progress/1781095260',
    ]);
    expect(JSON.stringify(published)).not.toMatch(/mona|octo/i);
  });

  it('of GitLab has the ids of its webhooks', async () => {
    server.answer = playGitlab;
    const { reconciler, live } = setUp({
      type: 'gitlab',
      instance: 'gitlab.com',
      repositories: ['Acme/Backend/Payments-API'],
    });
    await reconciler.run();
    for (const body of [gitlab.mergeRequest(), gitlab.deployment('success')]) {
      const [{ id, time, data }] = live({}, body);
      expect(published.find(event => event.id === id)).toMatchObject({
        id,
        time,
        data,
      });
    }
  });

  it('is read on from where it stopped, and not again before the next time', async () => {
    const { reconciler } = setUp(GITHUB);
    let searches = 0;
    server.answer = call => {
      const searching = JSON.stringify(call.body ?? '').includes('search(');
      searches += searching ? 1 : 0;
      return searching && searches === 2 ? { status: 502 } : playGithub(call);
    };
    await reconciler.run();
    const ids = published.map(({ id }) => id);
    expect(ids.some(id => id.includes('/pr/42/'))).toBe(true);
    expect(ids.some(id => id.includes('/pr/43/'))).toBe(false);
    expect(await database.knex('four_keys_imports').first()).toMatchObject({
      done: false,
      cursor: expect.stringMatching(/^pulls:/),
    });

    published = [];
    await reconciler.run();
    expect(published.some(({ id }) => id.includes('/pr/42/'))).toBe(false);
    expect(published.some(({ id }) => id.includes('/pr/43/'))).toBe(true);
    expect(await database.knex('four_keys_imports').first()).toMatchObject({
      done: true,
      until: new Date(NOW),
    });
  });

  it('leaves a vendor alone that wants to be', async () => {
    server.answer = () => ({ status: 429, headers: { 'retry-after': '900' } });
    const { reconciler } = setUp({
      ...GITHUB,
      repositories: ['acme/a', 'acme/b', 'acme/c'],
    });
    await reconciler.run();
    expect(server.calls).toHaveLength(1);
  });
});

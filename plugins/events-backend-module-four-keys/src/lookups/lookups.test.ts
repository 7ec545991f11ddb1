import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import type { EventEnvelope } from '@four-keys/backstage-plugin-four-keys-common';
import {
  VendorClient,
  type CatalogedService,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import {
  VendorServer,
  type ApiAnswer,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import path from 'path';
import { readSources } from '../config';
import { migrateSources } from '../database';
import { Intake } from '../intake/Intake';
import { SOURCE_TYPES } from '../sources';
import { pullRequest, push, release, SHA } from '../sources/github/fixtures';
import { LookupSpool } from './LookupSpool';
import { LookupWorker } from './LookupWorker';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const REPO = '/repos/Acme/Payments-API';

const commit = (sha: string, date: string, parents = 1) => ({
  sha,
  parents: Array.from({ length: parents }, () => ({ sha: 'p' })),
  commit: { author: { name: 'Mona', date } },
});

/** What GitHub knows of the pull request of the fixtures. */
const GITHUB: Record<string, ApiAnswer> = {
  [`${REPO}/pulls/42`]: {
    body: {
      number: 42,
      user: { login: 'mona' },
      commits: 3,
      base: { sha: SHA.direct },
      head: { sha: SHA.second },
    },
  },
  [`${REPO}/pulls/42/commits?per_page=100`]: {
    headers: {
      link: '</repos/Acme/Payments-API/pulls/42/commits?page=2>; rel="next"',
    },
    body: [commit(SHA.first, '2026-06-09T07:00:00Z')],
  },
  [`${REPO}/pulls/42/commits?page=2`]: {
    body: [
      commit('9'.repeat(40), '2026-06-09T07:30:00Z', 2),
      commit(SHA.second, '2026-06-09T08:00:00Z'),
    ],
  },
  [`${REPO}/pulls/42/reviews?per_page=100`]: {
    body: [
      {
        user: { login: 'mona' },
        state: 'COMMENTED',
        submitted_at: '2026-06-09T08:40:00Z',
      },
      {
        user: { login: 'lint[bot]', type: 'Bot' },
        state: 'COMMENTED',
        submitted_at: '2026-06-09T08:41:00Z',
      },
      {
        user: { login: 'hubot' },
        state: 'APPROVED',
        submitted_at: '2026-06-09T11:00:00Z',
      },
      {
        user: { login: 'octo' },
        state: 'COMMENTED',
        submitted_at: '2026-06-09T10:00:00Z',
      },
    ],
  },
  [`${REPO}/pulls/42/files?per_page=100`]: {
    body: [{ filename: 'pay/a.ts', previous_filename: 'web/a.ts' }],
  },
  [`${REPO}/commits/${SHA.first}/pulls?per_page=100`]: {
    body: [{ merged_at: '2026-06-10T12:34:50Z', base: { ref: 'main' } }],
  },
  [`${REPO}/commits/${SHA.second}/pulls?per_page=100`]: { body: [] },
  [`${REPO}/commits/refs%2Ftags%2Fv1.4.0`]: { body: { sha: SHA.merge } },
};

describe('questions to GitHub', () => {
  const server = new VendorServer();
  let database: TestDatabase;
  let now = Date.UTC(2026, 5, 10, 13);
  let published: EventEnvelope[];
  let catalog: CatalogedService[];

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
    await database.knex('four_keys_lookups').delete();
    published = [];
    catalog = [];
    server.calls.length = 0;
    server.answer = ({ path: asked }) => GITHUB[asked];
  });

  function setUp(settings: object = {}) {
    const clock = () => now;
    const spool = new LookupSpool({ knex: database.knex, clock });
    const sources = readSources(
      new ConfigReader({
        fourKeys: {
          sources: [
            {
              type: 'github',
              instance: 'github.com',
              secrets: ['s'],
              ...settings,
            },
          ],
        },
      }),
      SOURCE_TYPES,
      { catalog: { find: () => catalog }, canLookUp: () => true },
    );
    const intake = new Intake({
      lookups: spool,
      typePrefix: 'dev.fourkeys',
      logger: mockServices.logger.mock(),
      events: {
        publish: async events => {
          published.push(...events);
          return { accepted: events.length, rejected: [] };
        },
      },
    });
    const client = new VendorClient({
      baseUrl: server.url,
      credentials: async () => ({}),
      attempts: 1,
      maxPauseMs: 0,
      now: clock,
    });
    const worker = new LookupWorker({
      spool,
      sources,
      intake,
      clock,
      logger: mockServices.logger.mock(),
      apiOf: () => client,
    });
    const deliver = (event: string, body: unknown) =>
      intake.take(
        sources[0],
        sources[0].source.map({ 'x-github-event': event }, body),
      );
    return { spool, worker, deliver };
  }

  it('complete a merged pull request by a second event', async () => {
    const { worker, deliver, spool } = setUp();
    expect(await deliver('pull_request', pullRequest)).toEqual({
      accepted: 1,
      pending: 1,
    });
    await deliver('pull_request', pullRequest);
    expect(await spool.waiting()).toMatchObject({ count: 1 });
    await worker.run();
    expect(await spool.waiting()).toEqual({ count: 0, oldest: null });

    const [base, , second] = published;
    expect(second).toMatchObject({
      type: 'dev.fourkeys.change.merged',
      id: `${base.id}/commits`,
      time: base.time,
      data: {
        service_id: 'Payments-API',
        commit_sha: SHA.merge,
        pr_id: '42',
        first_review_at: '2026-06-09T10:00:00.000Z',
        commits: [
          { sha: SHA.first, committed_at: '2026-06-09T07:00:00.000Z' },
          { sha: SHA.second, committed_at: '2026-06-09T08:00:00.000Z' },
        ],
      },
    });
    expect(JSON.stringify(second)).not.toMatch(/mona|octo/i);
  });

  it('leave the commits to the pushes where those are the changes', async () => {
    const { worker, deliver } = setUp({ changes: 'pushes' });
    await deliver('pull_request', pullRequest);
    await worker.run();
    expect(published[1].data).toHaveProperty('first_review_at');
    expect(published[1].data).not.toHaveProperty('commits');
  });

  it('tell the services of a pull request in a monorepo by its files', async () => {
    catalog = [
      { service: 'pay', paths: ['pay/**'], explicit: true },
      { service: 'web', paths: ['web/**'], explicit: true },
      { service: 'docs', paths: ['docs/**'], explicit: true },
    ];
    const { worker, deliver } = setUp();
    expect(await deliver('pull_request', pullRequest)).toEqual({
      accepted: 0,
      pending: 1,
    });
    await worker.run();
    const base = `acme/payments-api/pr/42/merged/${SHA.merge}`;
    expect(published.map(({ id }) => id)).toEqual([
      `${base}/pay`,
      `${base}/web`,
      `${base}/commits/pay`,
      `${base}/commits/web`,
    ]);
  });

  it('find the commits of a push that no pull request brought', async () => {
    const { worker, deliver } = setUp();
    expect(await deliver('push', push)).toEqual({ accepted: 0, pending: 2 });
    await worker.run();
    expect(published.map(({ id }) => id)).toEqual([
      `acme/payments-api/change/${SHA.second}`,
    ]);
  });

  it('find the commit of a release', async () => {
    const { worker, deliver } = setUp({
      deployments: 'release',
      environments: [{ ref: 'v*', environment: 'production' }],
    });
    await deliver('release', release);
    await worker.run();
    expect(published).toMatchObject([
      {
        id: `acme/payments-api/tag/v1.4.0/${SHA.merge}`,
        data: { commit_sha: SHA.merge, environment: 'production' },
      },
    ]);
  });

  it('wait for a vendor that is away, and for one that wants to be left alone', async () => {
    const { worker, deliver, spool } = setUp();
    await deliver('pull_request', pullRequest);
    server.answer = () => ({ status: 502 });
    await worker.run();
    server.answer = ({ path: asked }) => GITHUB[asked];
    await worker.run();
    expect(published).toHaveLength(1);

    now += MINUTE;
    server.answer = () => ({ status: 429, headers: { 'retry-after': '1800' } });
    await worker.run();
    await deliver('push', push);
    server.calls.length = 0;
    now += 29 * MINUTE;
    await worker.run();
    expect(published).toHaveLength(1);
    expect(server.calls).toEqual([]);
    expect(await spool.waiting()).toMatchObject({ count: 3 });

    now += 2 * MINUTE;
    server.answer = ({ path: asked }) => GITHUB[asked];
    await worker.run();
    expect(published).toHaveLength(3);
    expect(await spool.waiting()).toMatchObject({ count: 0 });
  });

  it('are given up where there is nothing to ask for', async () => {
    const { worker, deliver, spool } = setUp();
    await deliver('pull_request', pullRequest);
    server.answer = () => undefined;
    await worker.run();
    expect(published).toHaveLength(1);
    expect(await spool.waiting()).toMatchObject({ count: 0 });
  });

  it('are asked once by several who share them', async () => {
    const { worker, deliver } = setUp();
    const bodies = Array.from({ length: 30 }, (_, n) => ({
      ...pullRequest,
      pull_request: { ...pullRequest.pull_request, number: 100 + n },
    }));
    server.answer = ({ path: asked }) =>
      GITHUB[asked.replace(/pulls\/1\d\d/, 'pulls/42')];
    for (const body of bodies) {
      await deliver('pull_request', body);
    }
    await Promise.all([worker.run(), setUp().worker.run(), worker.run()]);
    const details = published.filter(({ id }) => id.endsWith('/commits'));
    expect(details).toHaveLength(30);
    expect(new Set(details.map(({ id }) => id)).size).toBe(30);
  });
});

describe('migrations', () => {
  it('go up and down again, and describe every table and column', async () => {
    const { knex, drop } = await createTestDatabase();
    const config = {
      directory: path.resolve(__dirname, '../../migrations'),
      tableName: 'four_keys_sources_migrations',
    };
    await knex.migrate.latest(config);
    const { rows: bare } = await knex.raw<{ rows: unknown[] }>(`
      SELECT c.relname, a.attname
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        AND c.relname NOT LIKE '%migrations%'
        AND a.attnum > 0
        AND (col_description(c.oid, a.attnum) IS NULL
          OR obj_description(c.oid) IS NULL)
    `);
    expect(bare).toEqual([]);
    await knex.migrate.rollback(config, true);
    const tables: string[] = await knex('pg_tables')
      .where({ schemaname: 'public' })
      .pluck('tablename');
    expect(tables.filter(name => !name.includes('migrations'))).toEqual([]);
    await knex.migrate.latest(config);
    await drop();
  });
});

import { Client } from 'pg';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';

jest.setTimeout(90_000);

const API = '/api/four-keys';

const deployment = (id: string) => ({
  specversion: '1.0',
  id,
  source: 'ci.test',
  type: 'com.example.deploy.completed',
  time: '2026-06-10T12:50:12Z',
  data: {
    service_id: 'orders',
    deployment_id: id,
    environment: 'production',
    status: 'success',
  },
});

describe('while the database is away', () => {
  let fourKeys: TestFourKeys;
  let admin: Client;
  let database: string;

  beforeAll(async () => {
    // knex reports every connection that it loses.
    jest.spyOn(console, 'log').mockImplementation(() => {});
    fourKeys = await startFourKeys();
    const url = new URL(fourKeys.connectionString);
    database = url.pathname.slice(1);
    url.pathname = '/postgres';
    admin = new Client({ connectionString: url.toString() });
    await admin.connect();
  });

  afterAll(async () => {
    await admin?.end();
    await fourKeys?.stop();
    jest.restoreAllMocks();
  });

  const setAway = async (away: boolean) => {
    await admin.query(
      `ALTER DATABASE "${database}" ALLOW_CONNECTIONS ${!away}`,
    );
    if (away) {
      await admin.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
        [database],
      );
    }
  };

  const send = (ids: string[]) =>
    fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify(ids.map(deployment)));

  const ids = async () =>
    (await fourKeys.knex('claims').select('id').orderBy('id')).map(
      ({ id }) => id,
    );

  it('answers 503, loses nothing that was accepted, and goes on by itself', async () => {
    expect((await send(['before-1', 'before-2'])).status).toBe(202);
    await setAway(true);

    for (const ask of [
      () => send(['during-1', 'during-2']),
      () => fourKeys.client.get(`${API}/metrics`),
      () => fourKeys.client.get(`${API}/metrics?service=orders`),
      () => fourKeys.client.get(`${API}/dead-letters`),
    ]) {
      const answer = await ask();
      expect(answer.body).toEqual({
        error: {
          name: 'ServiceUnavailableError',
          code: 'unavailable',
          message: expect.any(String),
        },
      });
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    const health = await fourKeys.client.get(`${API}/pipeline/health`);
    expect(health.body.status).toBe('down');
    expect((await fourKeys.client.get(`${API}/health/ready`)).status).toBe(503);
    expect((await fourKeys.client.get(`${API}/health/live`)).status).toBe(200);

    await setAway(false);
    const again = await eventually(
      () => send(['after-1']),
      ({ status }) => status === 202,
      15_000,
    );
    expect(again.status).toBe(202);
    const expected = ['after-1', 'before-1', 'before-2'];
    expect(
      await eventually(ids, all => all.length === expected.length, 45_000),
    ).toEqual(expected);
    expect(await fourKeys.knex('dead_letters').select('id')).toEqual([]);
    const count = async () =>
      (
        await fourKeys.client.get(
          `${API}/metrics?service=orders&from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z`,
        )
      ).body.metrics?.deploymentFrequency.count;
    expect(await eventually(count, n => n === 3, 45_000)).toBe(3);
  });

  it('takes nothing while the database is read-only, and makes no dead letters of it', async () => {
    await admin.query(
      `ALTER DATABASE "${database}" SET default_transaction_read_only = on`,
    );
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
      [database],
    );
    const refused = await eventually(
      () => send(['read-only']),
      ({ body }) => /read-only|cannot take/.test(body.error?.message ?? ''),
    );
    expect(refused.status).toBe(503);
    await admin.query(
      `ALTER DATABASE "${database}" RESET default_transaction_read_only`,
    );
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
      [database],
    );
    const again = await eventually(
      () => send(['writable']),
      ({ status }) => status === 202,
      15_000,
    );
    expect(again.status).toBe(202);
    expect(
      await eventually(ids, all => all.includes('writable'), 45_000),
    ).not.toContain('read-only');
    expect(await fourKeys.knex('dead_letters').select('id')).toEqual([]);
  });
});

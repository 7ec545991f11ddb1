import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type ExampleBackend, startExampleBackend } from '../example/backend';
import { isComputed, readPipeline, untilPipeline } from '../example/health';
import { findFreePort } from '../net/ports';
import { dropDatabases, testServer } from '../postgres/testDatabase';
import { sleep } from '../process/signals';

jest.setTimeout(300_000);

const TOKEN = 'collector-test-token';
const PATIENCE_MS = 90_000;

const event = (n: number) => ({
  specversion: '1.0',
  id: `deployment-${n}`,
  source: 'e2e.collector',
  type: 'dev.fourkeys.deploy.completed',
  time: new Date(Date.UTC(2026, 4, 1) + n * 1000).toISOString(),
  data: {
    service_id: `service-${n % 7}`,
    deployment_id: `d${n}`,
    environment: 'production',
    status: 'success',
  },
});

describe('collectors in processes of their own', () => {
  const databasePrefix = `apart_${randomBytes(5).toString('hex')}_`;
  const running: ExampleBackend[] = [];
  let reader: ExampleBackend;
  let sent = 0;

  const start = async (collects: boolean) => {
    const server = new URL(await testServer());
    const backend = startExampleBackend({
      package: 'collector',
      port: await findFreePort(),
      databasePrefix,
      postgres: {
        host: server.hostname,
        port: Number(server.port),
        user: decodeURIComponent(server.username),
        password: decodeURIComponent(server.password),
      },
      env: {
        FOUR_KEYS_TOKEN: TOKEN,
        APP_CONFIG_fourKeys_collector_enabled: String(collects),
        APP_CONFIG_fourKeys_collector_maxRecords: '50',
        APP_CONFIG_fourKeys_collector_stuckAfter: '"5s"',
      },
    });
    running.push(backend);
    await backend.ready();
    return backend;
  };
  const target = () => ({ url: reader.url, token: TOKEN });
  const send = async (count: number) => {
    const events = Array.from({ length: count }, (_, n) => event(sent + n));
    sent += count;
    const response = await fetch(`${reader.url}/api/four-keys/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body: JSON.stringify(events),
    });
    expect(response.status).toBe(202);
  };
  const untilDone = () =>
    untilPipeline(target(), {
      holds: isComputed,
      onProgress: () => {},
      withinMs: PATIENCE_MS,
    });
  const probe = async ({ url }: ExampleBackend, name: 'live' | 'ready') =>
    (await fetch(`${url}/api/four-keys/health/${name}`)).status;
  const untilProbe = async (backend: ExampleBackend, status: number) => {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await probe(backend, 'live')) !== status) {
      if (Date.now() > deadline) {
        throw new Error(`Liveness never answered ${status}`);
      }
      await sleep(100);
    }
  };
  /** A connection to the plugin's database, from outside. */
  const connect = async () => {
    const url = new URL(await testServer());
    url.pathname = `/${databasePrefix}four-keys`;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    reader = await start(false);
  });

  afterAll(async () => {
    await Promise.all(running.map(backend => backend.stop()));
    await dropDatabases(databasePrefix);
  });

  it('leave it to the portal to take events and answer, which keeps them until one of them comes', async () => {
    await send(100);
    await sleep(1_000);
    expect(await readPipeline(target())).toMatchObject({
      lag: 100,
      loopAgeMs: null,
    });
    expect(await probe(reader, 'live')).toBe(200);

    await start(true);
    expect(await untilDone()).toBe(true);
    expect(
      (await readPipeline(target())).sources.map(({ total }) => total),
    ).toEqual([100]);
  });

  it('hand over to each other when one is told to stop amid its work, and lose and repeat nothing', async () => {
    const [, first] = running;
    await start(true);
    const sending = (async () => {
      for (let batch = 0; batch < 40; batch += 1) {
        await send(100);
      }
    })();
    await sleep(300);
    const begin = Date.now();
    first.child.process.kill('SIGTERM');
    const code = await first.child.exited;
    expect(Date.now() - begin).toBeLessThan(20_000);
    expect(code).toBe(0);
    await sending;
    expect(await untilDone()).toBe(true);
    const client = await connect();
    try {
      const { rows } = await client.query(
        `SELECT (SELECT count(*) FROM claims)::int AS claims,
           (SELECT count(*) FROM deployments)::int AS deployments,
           (SELECT sum(total) FROM source_stats)::int AS received`,
      );
      expect(rows).toEqual([
        { claims: sent, deployments: sent, received: sent },
      ]);
    } finally {
      await client.end();
    }
  });

  it('are alive while they have nothing to do, and not while they are stuck', async () => {
    const collector = running.at(-1)!;
    // Longer than a stuck loop would be allowed to stand.
    await sleep(7_000);
    expect(await probe(collector, 'live')).toBe(200);
    const client = await connect();
    try {
      // A stronger lock would take a transaction id, and hold the event back
      // before anybody reads it.
      await client.query(
        'BEGIN; LOCK TABLE claims IN SHARE ROW EXCLUSIVE MODE',
      );
      await send(1);
      await untilProbe(collector, 503);
      // The reader collects nothing, so it is not stuck.
      expect(await probe(reader, 'live')).toBe(200);
      await client.query('ROLLBACK');
    } finally {
      await client.end();
    }
    await untilProbe(collector, 200);
    expect(await untilDone()).toBe(true);
  });
});

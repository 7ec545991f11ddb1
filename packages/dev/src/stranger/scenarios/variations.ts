import { deepStrictEqual, match, strictEqual } from 'node:assert';
import knexFactory from 'knex';
import { parse } from 'yaml';
import { eventually } from '../../example/client';
import type { PostgresServer } from '../../postgres/server';
import { blockUnder } from '../page';
import {
  checkFirstEvents,
  checkLeadTime,
  clientOf,
  onPostgres,
} from './checks';
import type { Scenario } from './types';

async function onServer(
  { connectionString }: PostgresServer,
  statements: readonly string[],
): Promise<void> {
  const knex = knexFactory({ client: 'pg', connection: connectionString });
  try {
    for (const statement of statements) {
      await knex.raw(statement);
    }
  } finally {
    await knex.destroy();
  }
}

const restrictedRole: Scenario = {
  name: 'restricted-role',
  title: 'A database that exists, with a role that may create no other',
  async run({ postgres, page, start }) {
    await onServer(postgres, [
      `CREATE ROLE stranger LOGIN PASSWORD 'of this run'`,
      'CREATE DATABASE backstage',
      'REVOKE ALL ON DATABASE backstage FROM PUBLIC',
      'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE backstage TO stranger',
    ]);
    const { code } = blockUnder(page, 'A restricted database role', 'yaml');
    const backend = await start({
      name: 'restricted-role',
      config: parse(code) as object,
      env: {
        POSTGRES_HOST: postgres.host,
        POSTGRES_PORT: String(postgres.port),
        POSTGRES_USER: 'stranger',
        POSTGRES_PASSWORD: 'of this run',
      },
    });
    await checkFirstEvents(clientOf(backend));
  },
};

/** What a portal on SQLite says when it is not told to go on without the plugin. */
const sqlite: Scenario = {
  name: 'sqlite',
  title: 'SQLite: an error that names the key, and a portal that goes on',
  async run({ page, start, launch, postgres }) {
    const refused = await launch({ name: 'sqlite-refused', config: {} });
    await eventually(
      async () => refused.child.tail(),
      log =>
        /needs PostgreSQL.*backend\.database\.client.*backend\.database\.plugin\.four-keys\.client/s.test(
          log,
        ),
      120_000,
    );
    await refused.stop();

    const goesOn = blockUnder(
      page,
      'A plugin that fails must not stop the portal',
      'yaml',
    );
    const portal = await start({
      name: 'sqlite-goes-on',
      config: parse(goesOn.code) as object,
    });
    const client = clientOf(portal);
    const catalog = await client.call('/api/catalog/entities?limit=1', {
      token: await client.guestToken(),
    });
    strictEqual(catalog.status, 200);
    await portal.stop();

    await onServer(postgres, ['CREATE DATABASE four_keys_alone']);
    const alone = new URL(postgres.connectionString);
    alone.pathname = '/four_keys_alone';
    const beside = blockUnder(page, 'SQLite', 'yaml');
    const mixed = await start({
      name: 'sqlite-beside',
      config: parse(beside.code) as object,
      env: { FOUR_KEYS_DATABASE_URL: alone.toString() },
    });
    await checkFirstEvents(clientOf(mixed));
  },
};

const twoInstances: Scenario = {
  name: 'two-instances',
  title: 'Two backends on one database, of which one stops',
  async run({ postgres, start }) {
    const config = {
      backend: {
        database: onPostgres(postgres, 'two'),
        // Without it each would only take the other's tokens for strangers'.
        auth: { keys: [{ secret: 'c2VjcmV0IG9mIHRoaXMgcnVu' }] },
      },
    };
    const first = await start({ name: 'first', config });
    const second = await start({ name: 'second', config });
    await checkFirstEvents(clientOf(first));
    await checkLeadTime(clientOf(second));

    const deployed = (n: number) => ({
      specversion: '1.0',
      id: `deployed-${n}`,
      source: 'stranger.ci',
      type: 'dev.fourkeys.deploy.completed',
      time: new Date(Date.now() - (100 - n) * 60_000).toISOString(),
      data: {
        service_id: `service-${n % 7}`,
        environment: 'production',
        deployment_id: `d${n}`,
        status: 'success',
      },
    });
    const send = async (backend: typeof first, from: number, to: number) => {
      const batch = Array.from({ length: to - from }, (_, i) =>
        deployed(from + i),
      );
      const { status } = await clientOf(backend).call('/api/four-keys/events', {
        body: JSON.stringify(batch),
        contentType: 'application/cloudevents-batch+json',
      });
      strictEqual(status, 202);
    };
    await Promise.all([send(first, 0, 50), send(second, 50, 100)]);
    await first.stop();
    await send(second, 40, 100);
    await eventually(
      async () =>
        (
          await clientOf(second).call('/api/four-keys/metrics')
        ).body as {
          metrics?: { deploymentFrequency: { count: number } };
        },
      body => body.metrics?.deploymentFrequency.count === 100,
      60_000,
    );
  },
};

const deniedEvidence: Scenario = {
  name: 'denied-evidence',
  title: 'A permission policy that lets nobody see evidence',
  async run({ postgres, start }) {
    const backend = await start({
      name: 'denied-evidence',
      config: { backend: { database: onPostgres(postgres, 'denied') } },
      env: { STRANGER_POLICY: 'deny-evidence' },
    });
    const client = clientOf(backend);
    await checkFirstEvents(client);
    const token = await client.guestToken();
    const question =
      'service=payments-api&environment=staging&from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z';
    const metrics = await client.call(`/api/four-keys/metrics?${question}`, {
      token,
    });
    strictEqual(metrics.status, 200);
    const evidence = await client.call(
      `/api/four-keys/metrics/leadTime/evidence?${question}`,
      { token },
    );
    strictEqual(evidence.status, 403);
    match(JSON.stringify(evidence.body), /fourKeys\.evidence\.read|evidence/);

    const nobody = await client.call(`/api/four-keys/metrics?${question}`, {
      token: null,
    });
    deepStrictEqual(
      [nobody.status, (nobody.body as { error?: { code?: string } }) !== null],
      [401, true],
    );
  },
};

export const variations: readonly Scenario[] = [
  restrictedRole,
  sqlite,
  twoInstances,
  deniedEvidence,
];

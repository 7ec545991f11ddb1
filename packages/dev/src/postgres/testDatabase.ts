import knexFactory, { Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from './server';

/**
 * A database of its own for one test.
 *
 * @public
 */
export interface TestDatabase {
  readonly knex: Knex;
  readonly connectionString: string;
  /** Ends the connections and drops the database. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database on the server that `FOUR_KEYS_TEST_POSTGRES` names
 * (a URL of its maintenance database). Without that variable an embedded
 * server is started, shared by all test files of this process and stopped
 * when the process ends.
 *
 * @public
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(server, admin =>
    admin.raw(`create database ?? template template0`, [name]),
  );
  const url = new URL(server);
  url.pathname = `/${name}`;
  const connectionString = url.toString();
  const knex = knexFactory({
    client: 'pg',
    connection: connectionString,
    pool: { min: 0, max: 10 },
  });
  const drop = async () => {
    await knex.destroy();
    await onServer(server, admin =>
      admin.raw(`drop database if exists ?? with (force)`, [name]),
    );
  };
  return { knex, connectionString, drop };
}

/** The URL of the maintenance database of the server that tests use. */
export async function testServer(): Promise<string> {
  return process.env.FOUR_KEYS_TEST_POSTGRES ?? ownServer();
}

/** Drops every database whose name begins so. */
export async function dropDatabases(prefix: string): Promise<void> {
  await onServer(await testServer(), async admin => {
    const found = await admin('pg_database')
      .whereRaw('starts_with(datname, ?)', [prefix])
      .pluck<string[]>('datname');
    for (const name of found) {
      await admin.raw('drop database if exists ?? with (force)', [name]);
    }
  });
}

async function onServer(
  server: string,
  work: (admin: Knex) => Promise<unknown>,
): Promise<void> {
  const admin = knexFactory({
    client: 'pg',
    connection: server,
    pool: { min: 0, max: 1 },
  });
  try {
    await work(admin);
  } finally {
    await admin.destroy();
  }
}

let started: Promise<string> | undefined;

function ownServer(): Promise<string> {
  return (started ??= startOwnServer());
}

async function startOwnServer(): Promise<string> {
  // Jest gives every test file fresh modules and globals, so the folder's
  // name is what the files of one worker process share.
  const dataDir = path.join(os.tmpdir(), `four-keys-tests-${process.pid}`);
  const server = await startPostgres({ dataDir, throwAway: true });
  return server.connectionString;
}

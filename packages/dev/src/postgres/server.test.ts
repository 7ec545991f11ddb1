import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  access,
  chmod,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { findFreePort } from '../net/ports';
import { startPostgres } from './server';
import { createTestDatabase } from './testDatabase';

jest.setTimeout(60_000);

async function ask<Row>(connectionString: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await check()) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error('This did not come true within 10 s');
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** Another process that starts the server on a folder and then just lives. */
function starter(dataDir: string) {
  const source = `
    require('@backstage/cli/config/nodeTransform.cjs');
    const { startPostgres } = require('./server.ts');
    startPostgres({ dataDir: ${JSON.stringify(dataDir)} }).then(
      server => { console.log(server.connectionString); setInterval(() => {}, 1000); },
      error => { console.log(error.message); process.exit(1); },
    );`;
  const child = spawn(process.execPath, ['-e', source], {
    cwd: __dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const firstLine = once(child.stdout, 'data').then(([chunk]) =>
    String(chunk).trim(),
  );
  return { child, firstLine };
}

describe('the embedded PostgreSQL', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'four-keys-server-test-'));
    await chmod(dataDir, 0o755);
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('keeps data over a restart, listens on loopback only and asks for the password', async () => {
    const first = await startPostgres({ dataDir });
    await ask(first.connectionString, 'create table kept as select 42 as n');
    const [{ listen_addresses: listens }] = await ask<{
      listen_addresses: string;
    }>(first.connectionString, 'show listen_addresses');
    expect(listens).toBe('127.0.0.1');
    await expect(
      ask(first.connectionString.replace(first.password, 'guess'), 'select 1'),
    ).rejects.toThrow(/password authentication failed/);
    await first.stop();
    await first.stop();

    const second = await startPostgres({ dataDir });
    await expect(
      ask(second.connectionString, 'select n from kept'),
    ).resolves.toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('names the port and the setting when the port is taken', async () => {
    const port = await findFreePort();
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    await expect(
      startPostgres({ dataDir, port, portSetting: 'FOUR_KEYS_PG_PORT' }),
    ).rejects.toThrow(
      new RegExp(`Port ${port} for PostgreSQL.*FOUR_KEYS_PG_PORT`),
    );
    squatter.close();

    const after = await startPostgres({ dataDir, port });
    expect(after.port).toBe(port);
    await after.stop();
  });

  it('refuses a folder in use, and takes it over when its holder was killed', async () => {
    const { child, firstLine } = starter(dataDir);
    const connectionString = await firstLine;
    await ask(connectionString, 'create table kept as select 7 as n');
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      `in use by process ${child.pid}`,
    );

    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await startPostgres({ dataDir });
    await expect(
      ask(next.connectionString, 'select n from kept'),
    ).resolves.toEqual([{ n: 7 }]);
    await next.stop();
  });

  it('leaves no server behind when its holder was killed', async () => {
    const { child, firstLine } = starter(dataDir);
    const connectionString = await firstLine;
    child.kill('SIGKILL');
    const lock = path.join(dataDir, 'cluster', 'postmaster.pid');
    expect(await exists(lock)).toBe(true);
    await eventually(async () => !(await exists(lock)));
    await expect(ask(connectionString, 'select 1')).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });

  it('starts over a lock file whose pid belongs to another program by now', async () => {
    const first = await startPostgres({ dataDir });
    const lock = path.join(dataDir, 'cluster', 'postmaster.pid');
    const text = await readFile(lock, 'utf8');
    await first.stop();
    await writeFile(lock, text.replace(/^\d+/, String(process.pid)));
    await writeFile(
      path.join(dataDir, 'owner.json'),
      JSON.stringify({ pid: process.pid, started: 'another time' }),
    );

    const second = await startPostgres({ dataDir });
    await expect(
      ask(second.connectionString, 'select 1 as n'),
    ).resolves.toEqual([{ n: 1 }]);
    await second.stop();
  });

  it('creates a cluster anew when its creation was cut short', async () => {
    const first = await startPostgres({ dataDir });
    await first.stop();
    await rm(path.join(dataDir, 'initialised'));
    await rm(path.join(dataDir, 'cluster', 'global'), { recursive: true });

    const second = await startPostgres({ dataDir });
    await expect(
      ask(second.connectionString, 'select 1 as n'),
    ).resolves.toEqual([{ n: 1 }]);
    await second.stop();
  });

  if (process.getuid?.() === 0) {
    it('finds another folder, and says so, when the account may not enter', async () => {
      await chmod(dataDir, 0o700);
      const notices: string[] = [];
      const server = await startPostgres({
        dataDir,
        onNotice: message => notices.push(message),
      });
      await server.stop();
      await rm(server.dataDir, { recursive: true });
      expect(server.dataDir).not.toBe(dataDir);
      expect(notices).toEqual([expect.stringContaining(server.dataDir)]);
    });
  }

  it('removes a throw-away server with its data', async () => {
    const server = await startPostgres();
    await ask(server.connectionString, 'select 1');
    await server.stop();
    expect(await exists(server.dataDir)).toBe(false);
  });
});

describe('createTestDatabase', () => {
  const given = process.env.FOUR_KEYS_TEST_POSTGRES;

  afterEach(() => {
    process.env.FOUR_KEYS_TEST_POSTGRES = given;
    if (given === undefined) {
      delete process.env.FOUR_KEYS_TEST_POSTGRES;
    }
  });

  it('gives databases that know nothing of each other, and drops them', async () => {
    delete process.env.FOUR_KEYS_TEST_POSTGRES;
    const [one, two] = await Promise.all([
      createTestDatabase(),
      createTestDatabase(),
    ]);
    await one.knex.schema.createTable('mine', table => table.integer('n'));
    await expect(two.knex.schema.hasTable('mine')).resolves.toBe(false);
    await one.drop();
    await expect(ask(one.connectionString, 'select 1')).rejects.toThrow(
      /does not exist/,
    );
    await two.drop();
  });
});

import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findFreePort, isPortFree } from '../net/ports';
import { inRepository } from '../repository';
import { eventually } from './portal';

jest.setTimeout(240_000);

interface Started {
  readonly child: ChildProcess;
  /** What was printed up to now. */
  output(): string;
  readonly exited: Promise<number | null>;
}

describe('npm start', () => {
  let dataDir: string;
  let port: number;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'four-keys-start-'));
    await chmod(dataDir, 0o755);
    port = await findFreePort();
  });

  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  function start(): Started {
    const child = spawn(
      process.execPath,
      [
        inRepository('packages', 'dev', 'bin', 'start'),
        '--no-app',
        '--no-seed',
      ],
      {
        env: {
          ...process.env,
          FOUR_KEYS_PORT: String(port),
          FOUR_KEYS_DATA_DIR: dataDir,
        },
      },
    );
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    return { child, output: () => output, exited };
  }

  const up = (started: Started) =>
    eventually(
      async () => started.output(),
      output => output.includes('/four-keys\n'),
      60_000,
    );

  const postgresPort = async () => {
    const file = path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    return Number((await readFile(file, 'utf8')).split('\n')[3]);
  };

  const bothPortsFree = async (database: number) =>
    (await isPortFree(port)) && (await isPortFree(database));

  it('stops everything at Ctrl-C, and starts again after it was killed', async () => {
    const first = start();
    await up(first);
    const { child: second, output, exited } = start();
    expect(await exited).toBe(1);
    expect(output()).toContain(`Port ${port}`);
    expect(output()).toContain('--port or FOUR_KEYS_PORT');
    expect(second.exitCode).toBe(1);

    const database = await postgresPort();
    const asked = Date.now();
    first.child.kill('SIGINT');
    expect(await first.exited).toBe(0);
    expect(Date.now() - asked).toBeLessThan(15_000);
    expect(await bothPortsFree(database)).toBe(true);

    const third = start();
    await up(third);
    const orphaned = await postgresPort();
    third.child.kill('SIGKILL');
    await third.exited;
    await eventually(() => bothPortsFree(orphaned), Boolean, 20_000);

    const fourth = start();
    await up(fourth);
    fourth.child.kill('SIGTERM');
    expect(await fourth.exited).toBe(0);
  });
});

import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findFreePort, isPortFree } from '../net/ports';
import { describeWithKafka } from '../kafka/describeWithKafka';
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

  function start(...more: string[]): Started {
    const child = spawn(
      process.execPath,
      [
        inRepository('packages', 'dev', 'bin', 'start'),
        '--no-app',
        '--no-seed',
        ...more,
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

  describeWithKafka('with --kafka', () => {
    it('sends events over a broker of its own, which stops with it', async () => {
      const started = start('--kafka');
      await up(started);
      const api = `http://127.0.0.1:${port}/api/four-keys`;
      const headers = { Authorization: 'Bearer four-keys-dev-token' };
      const taken = await fetch(`${api}/events`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/cloudevents+json' },
        body: JSON.stringify({
          specversion: '1.0',
          id: 'over-kafka',
          source: 'start.test',
          type: 'dev.fourkeys.deploy.completed',
          time: new Date().toISOString(),
          data: {
            service_id: 'over-kafka',
            environment: 'production',
            deployment_id: '1',
            status: 'success',
          },
        }),
      });
      expect(taken.status).toBe(202);
      const health = await eventually(
        async () => (await fetch(`${api}/pipeline/health`, { headers })).json(),
        ({ sources }) => sources.length > 0,
        30_000,
      );
      expect(health).toMatchObject({ transport: 'kafka', deadLetters: 0 });
      const pidFile = path.join(dataDir, 'kafka', 'broker', 'broker.json');
      const { broker } = JSON.parse(await readFile(pidFile, 'utf8'));
      started.child.kill('SIGINT');
      expect(await started.exited).toBe(0);
      expect(() => process.kill(broker, 0)).toThrow(/ESRCH/);
    });
  });
});

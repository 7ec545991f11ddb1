import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isPortFree } from '../net/ports';
import { isAlive } from '../postgres/processes';
import { inRepository } from '../repository';
import { type KafkaServer, startKafka } from './broker';
import { describeWithKafka } from './describeWithKafka';

jest.setTimeout(120_000);

const until = async (condition: () => boolean | Promise<boolean>) => {
  for (let tries = 0; !(await condition()); tries += 1) {
    expect(tries).toBeLessThan(300);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
};

describeWithKafka('startKafka', () => {
  let folder: string;
  const started: KafkaServer[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-kafka-test-'));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map(kafka => kafka.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('starts, stops, comes back after a kill, and removes throw-away data', async () => {
    const kafka = await startKafka();
    started.push(kafka);
    expect(await isPortFree(kafka.port)).toBe(false);
    const { pid } = kafka;
    await kafka.kill();
    expect(isAlive(pid)).toBe(false);
    await kafka.restart();
    expect(kafka.pid).not.toBe(pid);
    await kafka.stop();
    await kafka.stop();
    expect(await isPortFree(kafka.port)).toBe(true);
    expect(existsSync(kafka.dataDir)).toBe(false);
  });

  it('guards its folder, and its broker ends with a process that was killed', async () => {
    const script = `
      require('@backstage/cli-node/config/nodeTransform.cjs');
      require(${JSON.stringify(inRepository('packages/dev/src/kafka/broker'))})
        .startKafka({ dataDir: process.argv[1] })
        .then(kafka => {
          console.log(kafka.pid);
          setInterval(() => {}, 1000);
        });
    `;
    const child = spawn(process.execPath, ['-e', script, folder], {
      cwd: inRepository(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(
      await new Promise(resolve => {
        child.stdout.once('data', chunk => resolve(String(chunk)));
      }),
    );
    expect(isAlive(pid)).toBe(true);
    await expect(startKafka({ dataDir: folder })).rejects.toThrow(
      /in use by process \d+, another start of this project/,
    );
    child.kill('SIGKILL');
    await until(() => !isAlive(pid));
    const again = await startKafka({ dataDir: folder });
    started.push(again);
    await expect(
      startKafka({ port: again.port, portSetting: '--port' }),
    ).rejects.toThrow(/for Kafka is taken .* --port/);
  });
});

describe('without Java', () => {
  it('says what is missing and how to get it', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [inRepository('packages/dev/bin/kafka'), '--port', '19099'],
      {
        cwd: inRepository(),
        encoding: 'utf8',
        env: { ...process.env, PATH: '', JAVA_HOME: '' },
      },
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/Kafka needs Java 17 or later.*install a JDK/);
  });
});

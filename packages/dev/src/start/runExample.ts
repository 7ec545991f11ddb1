import { ServiceUnavailableError } from '@backstage/errors';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ExampleBackend, startExampleBackend } from '../example/backend';
import { requireFreePort } from '../net/ports';
import {
  PostgresServer,
  removePostgres,
  startPostgres,
} from '../postgres/server';
import { inRepository } from '../repository';
import type { KafkaServer } from '../kafka/broker';
import { brokerEnv, startBroker } from './broker';
import { buildApp, isAppBuilt } from './frontend';
import { StartOptions } from './options';
import { Progress } from './progress';
import { seedExample } from './seed';

const REPOSITORIES = 'repositories';

/**
 * Runs the example app until the signal is given: database, app, backend and
 * example data, in this order, and back in the opposite one.
 */
export async function runExample(
  options: StartOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await requireFreePort({
    port: options.port,
    purpose: 'the app and its API',
    setting: '--port or FOUR_KEYS_PORT',
  });
  const dataDir = options.dataDir ?? inRepository('.data');
  await mkdir(dataDir, { recursive: true });
  // First, because it is what a machine may lack.
  const broker = await startBroker(options, dataDir, progress);
  try {
    const postgres = await startDatabase(options, dataDir, progress);
    try {
      if (options.app && !signal.aborted) {
        await ensureApp(progress, signal);
      }
      if (!signal.aborted) {
        await serve({ options, dataDir, postgres, broker, progress, signal });
      }
    } finally {
      await progress.step('Stopping PostgreSQL', () => postgres.stop());
    }
  } finally {
    if (broker) {
      await progress.step('Stopping Kafka', () => broker.stop());
    }
  }
}

async function startDatabase(
  options: StartOptions,
  dataDir: string,
  progress: Progress,
): Promise<PostgresServer> {
  const folder = path.join(dataDir, 'postgres');
  if (options.reset) {
    await progress.step('Removing the old data', async () => {
      await removePostgres(folder);
      await rm(path.join(dataDir, REPOSITORIES), {
        recursive: true,
        force: true,
      });
    });
  }
  const notices: string[] = [];
  const server = await progress.step('Starting PostgreSQL', () =>
    startPostgres({
      dataDir: folder,
      port: options.postgresPort,
      portSetting: '--pg-port or FOUR_KEYS_PG_PORT',
      settings: { max_connections: 200 },
      onNotice: notice => notices.push(notice),
    }),
  );
  notices.forEach(progress.note);
  return server;
}

async function ensureApp(
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const app = { root: inRepository(), app: 'app' };
  if (await isAppBuilt(app.root, app.app)) {
    return;
  }
  await progress.step(
    'Building the app, as its sources changed (a minute or two)',
    detail => buildApp({ ...app, signal, onLine: detail }),
  );
}

async function serve(parts: {
  readonly options: StartOptions;
  readonly dataDir: string;
  readonly postgres: PostgresServer;
  readonly broker: KafkaServer | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { options, progress, signal } = parts;
  const logFile = path.join(parts.dataDir, 'backend.log');
  const log = createWriteStream(logFile);
  const backend = startExampleBackend({
    port: options.port,
    postgres: parts.postgres,
    env: {
      FOUR_KEYS_TOKEN: options.token,
      ...brokerEnv(parts.broker),
      // Where the example's templates publish; Backstage reads the variable.
      APP_CONFIG_example_repositories: JSON.stringify(
        path.join(parts.dataDir, REPOSITORIES),
      ),
    },
    onLine: line => log.write(`${line}\n`),
  });
  try {
    await progress.step('Starting Backstage', () => backend.ready({ signal }));
    if (options.seed && !signal.aborted) {
      await seedExample({
        target: { url: backend.url, token: options.token },
        stateDir: parts.postgres.dataDir,
        progress,
        signal,
      });
    }
    if (!signal.aborted) {
      progress.note(welcome(options, logFile));
      await untilStopped(backend, signal);
    }
  } finally {
    await progress.step('Stopping Backstage', () => backend.stop());
    log.end();
  }
}

async function untilStopped(
  backend: ExampleBackend,
  signal: AbortSignal,
): Promise<void> {
  const asked = new Promise<void>(resolve => {
    signal.addEventListener('abort', () => resolve());
  });
  const ended = backend.child.exited.then(code => {
    if (!signal.aborted) {
      throw new ServiceUnavailableError(
        `The backend ended by itself (exit code ${code}):\n` +
          `${backend.child.tail()}`,
      );
    }
  });
  await Promise.race([asked, ended]);
}

function welcome(options: StartOptions, logFile: string): string {
  const url = `http://localhost:${options.port}`;
  return `
Open ${url}/four-keys

Try an event:

  curl -i ${url}/api/four-keys/events \\
    -H 'Authorization: Bearer ${options.token}' \\
    -H 'Content-Type: application/cloudevents+json' \\
    -d '{"specversion":"1.0","id":"try-1","source":"my.shell","type":"dev.fourkeys.deploy.completed","time":"${new Date().toISOString()}","data":{"service_id":"my-service","environment":"production","deployment_id":"1","status":"success"}}'

The log is ${
    path.relative(process.cwd(), logFile) || logFile
  }. Ctrl-C stops everything.
`;
}

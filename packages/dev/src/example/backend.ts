import { ServiceUnavailableError } from '@backstage/errors';
import path from 'node:path';
import { PostgresServer } from '../postgres/server';
import { Child, startNode } from '../process/child';
import { sleep } from '../process/signals';
import { inRepository } from '../repository';

/** How to start the example backend. */
export interface ExampleBackendOptions {
  /** Default `backend`: the portal with everything installed. */
  readonly package?: 'backend' | 'collector';
  /** A file that was compiled before; default: the sources. */
  readonly compiled?: string;
  readonly port: number;
  readonly postgres: Pick<
    PostgresServer,
    'host' | 'port' | 'user' | 'password'
  >;
  /** What the names of the databases begin with; default as Backstage's. */
  readonly databasePrefix?: string;
  /** Configuration files besides `app-config.yaml`. */
  readonly configFiles?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** The example backend, running as a process of its own. */
export interface ExampleBackend {
  readonly url: string;
  readonly child: Child;
  /**
   * Waits until every plugin is ready to serve.
   *
   * @throws ServiceUnavailableError with the end of the log when the backend
   * stops or takes too long.
   */
  ready(options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 180_000;
const POLL_MS = 200;

const fromSources = (entry: string) => [
  '--enable-source-maps',
  '--require',
  require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
  entry,
];

/**
 * Starts a package of the example from its sources as a child process. It is what
 * `backstage-cli package start` runs, without the file watcher around it.
 */
export function startExampleBackend(
  options: ExampleBackendOptions,
): ExampleBackend {
  const { port, postgres } = options;
  const folder = inRepository('packages', options.package ?? 'backend');
  const files = [
    options.package === 'collector'
      ? path.join(folder, 'app-config.yaml')
      : inRepository('app-config.yaml'),
    ...(options.configFiles ?? []),
  ];
  const child = startNode(
    [
      // The scaffolder's sandbox cannot run on top of Node's start-up snapshot.
      '--no-node-snapshot',
      ...(options.compiled
        ? [options.compiled]
        : fromSources(path.join(folder, 'src', 'index.ts'))),
      ...files.flatMap(file => ['--config', file]),
    ],
    {
      cwd: folder,
      env: {
        NODE_ENV: options.compiled ? 'production' : 'development',
        FOUR_KEYS_PORT: String(port),
        FOUR_KEYS_PG_HOST: postgres.host,
        FOUR_KEYS_PG_PORT: String(postgres.port),
        FOUR_KEYS_PG_USER: postgres.user,
        FOUR_KEYS_PG_PASSWORD: postgres.password,
        FOUR_KEYS_PG_PREFIX: options.databasePrefix,
        ...options.env,
      },
      onLine: options.onLine,
    },
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    child,
    ready: waiting => waitUntilReady(url, child, waiting),
    stop: () => child.stop(),
  };
}

/** Waits until every plugin of a backend is ready to serve, see {@link ExampleBackend.ready}. */
export async function waitUntilReady(
  url: string,
  child: Child,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const { timeoutMs = READY_TIMEOUT_MS, signal } = options;
  const deadline = Date.now() + timeoutMs;
  let over = false;
  child.exited.then(() => (over = true));
  while (!signal?.aborted) {
    if (over) {
      throw new ServiceUnavailableError(
        `The backend stopped while starting:\n${child.tail()}`,
      );
    }
    if (Date.now() > deadline) {
      throw new ServiceUnavailableError(
        `The backend was not ready after ${
          timeoutMs / 1000
        } s:\n${child.tail()}`,
      );
    }
    const answer = await fetch(`${url}/.backstage/health/v1/readiness`).catch(
      () => undefined,
    );
    if (answer?.ok) {
      return;
    }
    await sleep(POLL_MS, signal);
  }
}

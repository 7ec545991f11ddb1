import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { waitUntilReady } from '../example/backend';
import { findFreePort } from '../net/ports';
import { type Child, startNode } from '../process/child';

/** The secret of machines in the stock app. */
export const TOKEN = 'stranger-token-of-one-run-only';

/** A backend of the stock app at work. */
export interface StockBackend {
  /** Where it listens. */
  readonly url: string;
  readonly child: Child;
  stop(): Promise<void>;
}

/** How to start a backend of the stock app. */
export interface StockOptions {
  readonly app: string;
  /** What it is called in the names of files. */
  readonly name: string;
  /** Configuration on top of the app's own. */
  readonly config: object;
  /** What people and other services call it; default: where it listens. */
  readonly baseUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Hears what it logs; never every single request. */
  readonly onLine?: (line: string) => void;
}

/** Starts a backend of the stock app, without waiting for it. */
export async function launch(options: StockOptions): Promise<StockBackend> {
  const { app, name, env, onLine } = options;
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const baseUrl = options.baseUrl ?? url;
  const file = path.join(app, `app-config.${name}-${port}.yaml`);
  await writeFile(
    file,
    stringify({
      app: { baseUrl },
      backend: {
        baseUrl,
        listen: { host: '127.0.0.1', port },
        csp: { 'upgrade-insecure-requests': false },
      },
    }),
  );
  const log = createWriteStream(path.join(app, `${name}-${port}.log`));
  const overlay = path.join(app, `app-config.${name}-overlay.yaml`);
  await writeFile(overlay, stringify(options.config));
  const child = startNode(
    [
      '--no-node-snapshot',
      '--require',
      require.resolve('@backstage/cli-node/config/nodeTransform.cjs', {
        paths: [app],
      }),
      path.join(app, 'packages', 'backend', 'src', 'index.ts'),
      ...[path.join(app, 'app-config.yaml'), file, overlay].flatMap(config => [
        '--config',
        config,
      ]),
    ],
    {
      cwd: path.join(app, 'packages', 'backend'),
      env: {
        NODE_ENV: 'development',
        FOUR_KEYS_TOKEN: TOKEN,
        // The template of the stock app names it; nobody asks GitHub anything.
        GITHUB_TOKEN: 'none',
        ...env,
      },
      isWorthKeeping: line => !line.includes('incomingRequest'),
      onLine: line => {
        log.write(`${line}\n`);
        onLine?.(line);
      },
    },
  );
  child.exited.then(() => log.end());
  return { url, child, stop: () => child.stop(20_000) };
}

/** Starts a backend of the stock app and waits until every plugin serves. */
export async function start(options: StockOptions): Promise<StockBackend> {
  const backend = await launch(options);
  try {
    await waitUntilReady(backend.url, backend.child);
    return backend;
  } catch (error) {
    await backend.stop();
    throw error;
  }
}

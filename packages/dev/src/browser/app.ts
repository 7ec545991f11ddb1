import { ServiceUnavailableError } from '@backstage/errors';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startExampleBackend, type ExampleBackend } from '../example/backend';
import { isComputed, untilPipeline, type Target } from '../example/health';
import { findFreePort } from '../net/ports';
import { startPostgres, type PostgresServer } from '../postgres/server';
import { startNode } from '../process/child';
import { inRepository } from '../repository';
import { buildApp, isAppBuilt } from '../start/frontend';
import type { Progress } from '../start/progress';

const TOKEN = 'four-keys-browser-token';
const COMPUTE_WITHIN_MS = 180_000;

/** A running example app. */
export interface RunningApp extends Target {
  stop(): Promise<void>;
}

/** The example app over one database server, in several shapes. */
export class ExampleApps {
  readonly #postgres: PostgresServer;
  readonly #folder: string;
  readonly #backends = new Set<ExampleBackend>();

  private constructor(postgres: PostgresServer, folder: string) {
    this.#postgres = postgres;
    this.#folder = folder;
  }

  /** Builds the app where its sources changed, and starts the database. */
  static async create(
    progress: Progress,
    signal: AbortSignal,
  ): Promise<ExampleApps> {
    const root = inRepository();
    if (!(await isAppBuilt(root, 'app'))) {
      await progress.step('Building the app', detail =>
        buildApp({ root, app: 'app', signal, onLine: detail }),
      );
    }
    const folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-browser-'));
    const postgres = await progress.step('Starting PostgreSQL', () =>
      startPostgres({ throwAway: true }),
    );
    return new ExampleApps(postgres, folder);
  }

  /**
   * Starts the app.
   *
   * @param data - two apps with the same data share their databases
   * @param viewerOf - a team: the viewer sees its services and nothing more
   */
  async start(
    progress: Progress,
    options: { readonly data: string; readonly viewerOf?: string },
  ): Promise<RunningApp> {
    const { data, viewerOf } = options;
    const backend = startExampleBackend({
      port: await findFreePort(),
      postgres: this.#postgres,
      databasePrefix: this.#prefix(data),
      env: {
        FOUR_KEYS_TOKEN: TOKEN,
        APP_CONFIG_example_repositories: JSON.stringify(
          path.join(this.#folder, data),
        ),
        ...(viewerOf && {
          APP_CONFIG_example_viewerOf: JSON.stringify(viewerOf),
        }),
      },
    });
    this.#backends.add(backend);
    await progress.step(
      `Starting Backstage (${[data, viewerOf].filter(Boolean).join(', ')})`,
      () => backend.ready(),
    );
    return {
      url: backend.url.replace('127.0.0.1', 'localhost'),
      token: TOKEN,
      stop: async () => {
        this.#backends.delete(backend);
        await backend.stop();
      },
    };
  }

  /** Runs SQL in the database of the plugin. */
  async sql(data: string, statement: string): Promise<void> {
    const url = new URL(this.#postgres.connectionString);
    url.pathname = `/${this.#prefix(data)}four-keys`;
    const client = new Client({ connectionString: url.toString() });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#backends].map(backend => backend.stop()));
    await this.#postgres.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #prefix(data: string): string {
    return `browser_${data}_`;
  }
}

/** Tells the history of the simulated organisation, and waits for its numbers. */
export async function seedOrganisation(
  app: Target,
  progress: Progress,
): Promise<void> {
  await progress.step('Loading the example organisation', async detail => {
    const cli = startNode(
      [
        inRepository('packages', 'cli', 'bin', 'four-keys'),
        'simulate',
        '--send',
        '--days',
        '120',
      ],
      {
        cwd: inRepository(),
        env: { FOUR_KEYS_URL: app.url, FOUR_KEYS_TOKEN: app.token },
        onLine: detail,
      },
    );
    if ((await cli.exited) !== 0) {
      throw new ServiceUnavailableError(
        `The organisation was not loaded:\n${cli.tail()}`,
      );
    }
  });
  const computed = await progress.step('Computing the metrics', detail =>
    untilPipeline(app, {
      holds: isComputed,
      onProgress: detail,
      withinMs: COMPUTE_WITHIN_MS,
    }),
  );
  if (!computed) {
    throw new ServiceUnavailableError(
      `The metrics were not computed within ${COMPUTE_WITHIN_MS / 1000} s`,
    );
  }
}

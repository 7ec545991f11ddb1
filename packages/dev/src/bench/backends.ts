import { startExampleBackend } from '../example/backend';
import type { Target } from '../example/health';
import { findFreePort } from '../net/ports';
import type { PostgresServer } from '../postgres/server';
import type { Progress } from '../start/progress';

const TOKEN = 'bench-token';

/** A backend that runs. */
export interface Running {
  readonly target: Target;
  readonly pid: number;
}

/** Starts backends on the database of the benchmark, and stops them. */
export class Backends {
  readonly #postgres: PostgresServer;
  readonly #compiled: string;
  readonly #progress: Progress;

  /** @param options - `compiled`: the collector as one file */
  constructor(options: {
    readonly postgres: PostgresServer;
    readonly compiled: string;
    readonly progress: Progress;
  }) {
    this.#postgres = options.postgres;
    this.#compiled = options.compiled;
    this.#progress = options.progress;
  }

  /** Of the server's own database. */
  get connectionString(): string {
    return this.#postgres.connectionString;
  }

  /** Of the plugin's database, by what the names of databases begin with. */
  databaseOf(prefix: string): string {
    const url = new URL(this.connectionString);
    url.pathname = `/${prefix}four-keys`;
    return url.href;
  }

  /** Runs a backend for as long as the work takes; by default a collector that has nothing else in it. */
  async use<T>(
    options: {
      readonly prefix: string;
      readonly package?: 'backend' | 'collector';
      readonly env?: Readonly<Record<string, string>>;
    },
    work: (running: Running) => Promise<T>,
  ): Promise<T> {
    const kind = options.package ?? 'collector';
    const backend = startExampleBackend({
      package: kind,
      compiled: kind === 'collector' ? this.#compiled : undefined,
      port: await findFreePort(),
      postgres: this.#postgres,
      databasePrefix: options.prefix,
      env: { ...options.env, FOUR_KEYS_TOKEN: TOKEN },
    });
    try {
      await this.#progress.step('Starting Backstage', () => backend.ready());
      return await work({
        target: { url: backend.url, token: TOKEN },
        pid: backend.child.process.pid!,
      });
    } finally {
      await this.#progress.step('Stopping Backstage', () => backend.stop());
    }
  }
}

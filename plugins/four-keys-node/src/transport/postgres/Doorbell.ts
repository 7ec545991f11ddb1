import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { Client, type ClientConfig } from 'pg';

const CHANNEL = 'four_keys_log';

const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_RECONNECT_MS = 500;
const LAST_RECONNECT_MS = 30_000;

/** Rung when records were appended. */
export const APPENDED = 'appended';

/** Rung when members of a group come, go or give partitions back. */
export const membersChanged = (group: string) => `members:${group}`;

/** How to reach the database; a function where credentials are short-lived. @public */
export type ConnectionSource =
  | string
  | ClientConfig
  | (() => Promise<string | ClientConfig>);

export interface DoorbellOptions {
  readonly knex: Knex;
  readonly connection: ConnectionSource;
  readonly logger: LoggerService;
}

type Listener = (topic: string) => void;

/**
 * Tells readers in other processes that there is something to look at. It may
 * be lost at any time, as whoever listens also looks without being told.
 *
 * Notifications are sent after the append and not within it: in a transaction
 * they make all commits of the database queue up behind one lock. What is rung
 * while one is on its way goes out with the next.
 */
export class Doorbell {
  readonly #options: DoorbellOptions;
  readonly #listeners = new Set<Listener>();
  readonly #pending = new Set<string>();
  #sending: Promise<void> | undefined;
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #reconnectMs = FIRST_RECONNECT_MS;
  #closed = false;

  constructor(options: DoorbellOptions) {
    this.#options = options;
  }

  /** Whether a connection is listening now. */
  get listening(): boolean {
    return this.#client !== undefined;
  }

  /** Answers once listening, or once it is clear that it has to be tried again later. */
  async subscribe(listener: Listener): Promise<() => void> {
    this.#listeners.add(listener);
    if (!this.#client && !this.#reconnect) {
      this.#connecting ??= this.#connect().finally(() => {
        this.#connecting = undefined;
      });
      await this.#connecting;
    }
    return () => this.#listeners.delete(listener);
  }

  ring(topic: string): void {
    this.#tell(topic);
    this.#pending.add(topic);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    clearTimeout(this.#reconnect);
    await this.#sending;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  #tell(topic: string): void {
    for (const listener of this.#listeners) {
      listener(topic);
    }
  }

  async #send(): Promise<void> {
    while (this.#pending.size > 0) {
      const topics = [...this.#pending];
      this.#pending.clear();
      try {
        await this.#options.knex.raw(
          'SELECT pg_notify(?, topic) FROM unnest(CAST(? AS text[])) AS t (topic)',
          [CHANNEL, topics],
        );
      } catch (error) {
        this.#options.logger.debug(
          `Readers were not told of ${topics.join(
            ', ',
          )} and look by themselves: ${error}`,
        );
      }
    }
  }

  async #connect(): Promise<void> {
    let client: Client | undefined;
    try {
      const { connection } = this.#options;
      const settings =
        typeof connection === 'function' ? await connection() : connection;
      client = new Client({
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        ...(typeof settings === 'string'
          ? { connectionString: settings }
          : // knex hides the password from enumeration, so spreading loses it.
            { ...settings, password: settings.password }),
        application_name: 'four-keys doorbell',
        keepAlive: true,
      });
      // A client without an error listener of its own takes the process down
      // when the server closes the connection.
      client.on('error', error => this.#lost(client, error));
      client.on('end', () => this.#lost(client));
      client.on('notification', ({ payload }) => this.#tell(payload ?? ''));
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      if (this.#closed) {
        await client.end();
        return;
      }
      this.#client = client;
      this.#reconnectMs = FIRST_RECONNECT_MS;
    } catch (error) {
      await client?.end().catch(() => {});
      this.#retryLater(error);
    }
  }

  #lost(client: Client | undefined, error?: Error): void {
    if (client === undefined || this.#client !== client) {
      return;
    }
    this.#client = undefined;
    client.end().catch(() => {});
    this.#retryLater(error ?? new Error('the connection was closed'));
  }

  #retryLater(error: unknown): void {
    if (this.#closed) {
      return;
    }
    const delay = this.#reconnectMs;
    this.#reconnectMs = Math.min(delay * 2, LAST_RECONNECT_MS);
    this.#options.logger.warn(
      `Not listening for new events, only polling; trying again in ${delay} ms: ${error}`,
    );
    this.#reconnect = setTimeout(async () => {
      this.#reconnect = undefined;
      await this.#connect();
      // Whatever was rung meanwhile went unheard.
      this.#tell(APPENDED);
    }, delay);
    this.#reconnect.unref();
  }
}

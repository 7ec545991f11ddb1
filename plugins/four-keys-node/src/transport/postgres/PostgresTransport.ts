import { randomUUID } from 'crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import type { Knex } from 'knex';
import type {
  OutgoingRecord,
  PartitionPosition,
  SubscribeOptions,
  Transport,
  TransportSubscription,
} from '../port';
import { APPENDED, type ConnectionSource, Doorbell } from './Doorbell';
import { appendRecords, readPositions } from './log';
import { dropOldRecords, type RetentionOptions } from './retention';
import {
  keepTransactionIdsRising,
  migrateLog,
  settlePartitions,
} from './schema';
import { Subscription, type SubscriptionTuning } from './Subscription';

const TUNING: SubscriptionTuning = {
  leaseMs: 10_000,
  pollMs: 1_000,
  drainMs: 10_000,
  maxBytes: 16 * 1024 * 1024,
};

const RETENTION_INTERVAL_MS = 10 * 60_000;

export interface PostgresTransportOptions {
  readonly knex: Knex;
  /** For the connection that listens; default: the settings of knex. */
  readonly connection?: ConnectionSource;
  readonly skipMigrations?: boolean;
  readonly logger: LoggerService;
  /** As configured; undefined: whatever the log was created with. */
  readonly partitions?: number;
  readonly retention: RetentionOptions;
  readonly tuning?: Partial<SubscriptionTuning>;
}

interface Parts {
  readonly knex: Knex;
  readonly logger: LoggerService;
  readonly doorbell: Doorbell;
  readonly partitions: number;
  readonly retention: RetentionOptions;
  readonly tuning: SubscriptionTuning;
}

/** The log in PostgreSQL: a table, cursors per consumer group, and a doorbell. */
export class PostgresTransport implements Transport {
  readonly name = 'postgres';
  readonly #parts: Parts;
  readonly #subscriptions = new Set<TransportSubscription>();
  readonly #janitor: NodeJS.Timeout;
  #cleaning: Promise<void> = Promise.resolve();

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#janitor = setInterval(() => {
      this.#cleaning = this.#clean();
    }, RETENTION_INTERVAL_MS);
    this.#janitor.unref();
  }

  static async create(
    options: PostgresTransportOptions,
  ): Promise<PostgresTransport> {
    const { knex, logger, retention } = options;
    if (!options.skipMigrations) {
      await migrateLog(knex);
    }
    const partitions = await settlePartitions(knex, options.partitions);
    await keepTransactionIdsRising(knex, partitions);
    const doorbell = new Doorbell({
      knex,
      connection:
        options.connection ?? (async () => knex.client.connectionSettings),
      logger,
    });
    return new PostgresTransport({
      knex,
      logger,
      doorbell,
      partitions,
      retention,
      tuning: { ...TUNING, ...options.tuning },
    });
  }

  async append(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) {
      return;
    }
    await appendRecords(this.#parts.knex, this.#parts.partitions, records);
    this.#parts.doorbell.ring(APPENDED);
  }

  async subscribe(options: SubscribeOptions): Promise<TransportSubscription> {
    const subscription = await Subscription.start({
      ...this.#parts,
      group: options.group,
      member: randomUUID(),
      subscribe: options,
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  positions(group: string): Promise<PartitionPosition[]> {
    const { knex, partitions } = this.#parts;
    return readPositions(knex, group, partitions);
  }

  async lag(group: string): Promise<number> {
    const positions = await this.positions(group);
    return positions.reduce((sum, { lag }) => sum + lag, 0);
  }

  async ping(): Promise<void> {
    const { rows } = await this.#parts.knex.raw<{
      rows: Array<{ transaction_read_only: string }>;
    }>('SHOW transaction_read_only');
    if (rows[0].transaction_read_only === 'on') {
      throw new ServiceUnavailableError(
        'The database takes no records: it is read-only',
      );
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#janitor);
    await Promise.all([...this.#subscriptions].map(s => s.stop()));
    await this.#cleaning;
    await this.#parts.doorbell.close();
  }

  async #clean(): Promise<void> {
    const { knex, partitions, retention, logger } = this.#parts;
    try {
      const { dropped, unread } = await dropOldRecords(
        knex,
        partitions,
        retention,
      );
      if (dropped > 0) {
        logger.info(`Dropped ${dropped} records that were read long ago`);
      }
      if (unread > 0) {
        logger.warn(
          `Dropped ${unread} records that were never read: they were older than fourKeys.postgresLog.hardRetentionDays`,
        );
      }
    } catch (error) {
      logger.warn(`Old records stay for now: ${error}`);
    }
  }
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import { KafkaTransport } from './kafka/KafkaTransport';
import { readKafkaSettings } from './kafka/settings';
import { SpillingTransport } from './kafka/SpillingTransport';
import { readNumber } from './numbers';
import type { Transport } from './port';
import type { ConnectionSource } from './postgres/Doorbell';
import { PostgresTransport } from './postgres/PostgresTransport';

/** Where the log lives, and in any case the positions of its readers. @public */
export interface TransportDatabase {
  /** The plugin's own database client. */
  readonly knex: Knex;
  /**
   * How to open the one connection outside the pool that listens for
   * notifications. Default: as knex does.
   */
  readonly connection?: ConnectionSource;
  /** True where tables are made by other means; default false. */
  readonly skipMigrations?: boolean;
}

/** @public */
export interface CreateTransportOptions {
  readonly config: Config;
  readonly database: TransportDatabase;
  readonly logger: LoggerService;
}

const DEFAULT_RETENTION_DAYS = 7;
const MOST_PARTITIONS = 1024;

function readRetention(config: Config) {
  const days = { min: 0, max: 36_500, integer: false };
  const keepDays =
    readNumber(config, 'fourKeys.postgresLog.retentionDays', days) ??
    DEFAULT_RETENTION_DAYS;
  const hardLimitDays = readNumber(
    config,
    'fourKeys.postgresLog.hardRetentionDays',
    days,
  );
  if (hardLimitDays !== undefined && hardLimitDays < keepDays) {
    throw new InputError(
      `fourKeys.postgresLog.hardRetentionDays is ${hardLimitDays}, less than retentionDays, which is ${keepDays}; unread events must not go before those that were read`,
    );
  }
  return { keepDays, hardLimitDays };
}

function requirePostgres({ client }: Knex): void {
  const { dialect }: { dialect?: string } = client;
  if (dialect !== 'postgresql') {
    throw new InputError(
      `Four Keys needs PostgreSQL, but its database is ${
        dialect ?? 'unknown'
      }; set backend.database.client, or backend.database.plugin.four-keys.client for this plugin alone, to pg`,
    );
  }
}

async function openLog({
  config,
  database,
  logger,
}: CreateTransportOptions): Promise<PostgresTransport> {
  const partitions = readNumber(config, 'fourKeys.postgresLog.partitions', {
    min: 1,
    max: MOST_PARTITIONS,
    integer: true,
  });
  const retention = readRetention(config);
  requirePostgres(database.knex);
  return PostgresTransport.create({
    ...database,
    logger,
    partitions,
    retention,
  });
}

/**
 * Opens the transport that `fourKeys.transport` names: `postgres`, the
 * default, or `kafka`. Makes or updates its tables, and its topic where
 * `fourKeys.kafka.createTopics` is true.
 *
 * @throws InputError when the configuration is wrong, naming the key; or when
 * the database is not PostgreSQL.
 * @throws ConflictError when `fourKeys.postgresLog.partitions` or
 * `fourKeys.kafka.partitions` differs from what the log was created with, or
 * when the Kafka topic is compacted.
 * @throws NotFoundError when the Kafka topic is missing.
 * @throws ServiceUnavailableError when no Kafka broker can be used.
 * @public
 */
export async function createTransport(
  options: CreateTransportOptions,
): Promise<Transport> {
  const { config, database, logger } = options;
  const kind = config.getOptionalString('fourKeys.transport') ?? 'postgres';
  if (kind === 'kafka') {
    const settings = readKafkaSettings(config);
    requirePostgres(database.knex);
    const kafka = await KafkaTransport.create({
      ...database,
      settings,
      logger,
    });
    if (config.getOptionalBoolean('fourKeys.kafka.spill') === false) {
      return kafka;
    }
    try {
      const spill = await openLog(options);
      return await SpillingTransport.start({ main: kafka, spill, logger });
    } catch (error) {
      await kafka.close();
      throw error;
    }
  }
  if (kind !== 'postgres') {
    throw new InputError(
      `fourKeys.transport is ${JSON.stringify(
        kind,
      )}; it must be postgres or kafka`,
    );
  }
  return openLog(options);
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { InputError, NotImplementedError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Transport } from './port';
import type { ConnectionSource } from './postgres/Doorbell';
import { PostgresTransport } from './postgres/PostgresTransport';

/** Where the log lives. @public */
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

function readNumber(
  config: Config,
  key: string,
  { min, max, integer }: { min: number; max: number; integer: boolean },
): number | undefined {
  const value = config.getOptionalNumber(key);
  if (
    value !== undefined &&
    !(value >= min && value <= max && (!integer || Number.isInteger(value)))
  ) {
    throw new InputError(
      `${key} is ${value}; it must be a ${
        integer ? 'whole ' : ''
      }number from ${min} to ${max}`,
    );
  }
  return value;
}

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

/**
 * Opens the transport that `fourKeys.transport` names: `postgres`, the
 * default. Makes or updates its tables.
 *
 * @throws InputError when the configuration is wrong, naming the key; or when
 * the database is not PostgreSQL.
 * @throws ConflictError when `fourKeys.postgresLog.partitions` differs from
 * what the log was created with.
 * @throws NotImplementedError for `kafka`.
 * @public
 */
export async function createTransport(
  options: CreateTransportOptions,
): Promise<Transport> {
  const { config, database, logger } = options;
  const kind = config.getOptionalString('fourKeys.transport') ?? 'postgres';
  if (kind === 'kafka') {
    throw new NotImplementedError(
      'fourKeys.transport is kafka, which this build does not have yet; set it to postgres or remove it',
    );
  }
  if (kind !== 'postgres') {
    throw new InputError(
      `fourKeys.transport is ${JSON.stringify(kind)}; it must be postgres`,
    );
  }
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

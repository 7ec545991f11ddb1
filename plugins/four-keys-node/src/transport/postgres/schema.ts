import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';

/** Any number that nobody else locks; it is the same in every release. */
const MIGRATION_LOCK = 4_519_020_261;

const PARTITIONS_KEY = 'fourKeys.postgresLog.partitions';

/** The partitions of a log that nobody configured. */
export const DEFAULT_PARTITIONS = 12;

/**
 * Brings the tables of the log up to date.
 *
 * Everything, knex's own lock row included, happens in one transaction: a
 * process killed in the middle leaves no trace and blocks nobody. Instances
 * that start together wait for each other instead of failing.
 */
export async function migrateLog(knex: Knex): Promise<void> {
  await knex.transaction(async tx => {
    await tx.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    await tx.migrate.latest({
      directory: resolvePackagePath(
        '@four-keys/backstage-plugin-four-keys-node',
        'migrations',
      ),
      tableName: 'four_keys_log_migrations',
      disableTransactions: true,
    });
  });
}

/**
 * Fixes the number of partitions at the first start and answers the one that
 * holds.
 *
 * @throws ConflictError when another number is configured by now.
 */
export async function settlePartitions(
  knex: Knex,
  configured: number | undefined,
): Promise<number> {
  await knex('four_keys_log_settings')
    .insert({ partitions: configured ?? DEFAULT_PARTITIONS })
    .onConflict('singleton')
    .ignore();
  const { partitions } = await knex('four_keys_log_settings').first(
    'partitions',
  );
  if (configured !== undefined && configured !== partitions) {
    throw new ConflictError(
      `${PARTITIONS_KEY} is ${configured}, but the log was created with ${partitions} partitions, and keys would change places; set it to ${partitions} or remove it`,
    );
  }
  return partitions;
}

/**
 * Keeps transaction ids rising after the database was restored elsewhere.
 *
 * A dump carries the log and the cursors, but a new server starts counting
 * transactions anew: without an offset every new record would sort before
 * every cursor and never be read.
 */
export async function keepTransactionIdsRising(
  knex: Knex,
  partitions: number,
): Promise<void> {
  // The highest stored id is read first. Whatever it is, a later snapshot on
  // the same server ends above it, so an offset is added on another one only.
  const { rows } = await knex.raw<{ rows: Array<{ highest: string }> }>(
    `
    SELECT greatest(
      (SELECT max(xid) FROM four_keys_log_cursors),
      (SELECT max(tip.xid)
       FROM generate_series(0, CAST(:last AS int)) AS p (partition),
         LATERAL (
           SELECT l.xid FROM four_keys_log l
           WHERE l.partition = p.partition
           ORDER BY l.xid DESC LIMIT 1
         ) tip),
      0
    )::text AS highest
    `,
    { last: partitions - 1 },
  );
  await knex.raw(
    `
    UPDATE four_keys_log_settings
    SET xid_offset = CAST(:highest AS bigint)
    WHERE pg_snapshot_xmax(pg_current_snapshot())::text::bigint + xid_offset
      <= CAST(:highest AS bigint)
    `,
    { highest: rows[0].highest },
  );
}

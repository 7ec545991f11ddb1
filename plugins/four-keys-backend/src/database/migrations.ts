import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** Any number that nobody else locks; it is the same in every release. */
const MIGRATION_LOCK = 4_519_020_262;

const migratorConfig = (): Knex.MigratorConfig => ({
  directory: resolvePackagePath(
    '@four-keys/backstage-plugin-four-keys-backend',
    'migrations',
  ),
  disableTransactions: true,
});

/**
 * Which migrations the database has, and which of this release it lacks: those
 * of somebody who migrates by hand.
 */
export async function readMigrations(
  knex: Knex,
): Promise<{ applied: number; missing: string[] }> {
  const [applied, missing] = (await knex.migrate.list(migratorConfig())) as [
    unknown[],
    Array<{ file: string }>,
  ];
  return {
    applied: applied.length,
    missing: missing.map(({ file }) => file),
  };
}

/**
 * Brings the schema of the plugin's database up to date.
 *
 * Everything, knex's own lock row included, happens in one transaction: a
 * process killed in the middle leaves no trace and blocks nobody. Instances
 * that start together wait for each other instead of failing.
 *
 * @public
 */
export async function runMigrations(knex: Knex): Promise<void> {
  const config = migratorConfig();
  await knex.transaction(async tx => {
    await tx.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    // Whoever holds the lock above is alone, so a lock row can only be what a
    // process left behind that was killed.
    await tx.migrate.forceFreeMigrationsLock(config);
    await tx.migrate.latest(config);
  });
}

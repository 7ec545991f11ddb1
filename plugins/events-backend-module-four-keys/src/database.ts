import {
  resolvePackagePath,
  type DatabaseService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';

/** Any number that nobody else locks; it is the same in every release. */
const MIGRATION_LOCK = 4_519_020_263;

/** The tables are in the database of the events plugin, which has migrations of its own. */
const MIGRATIONS_TABLE = 'four_keys_sources_migrations';

/**
 * Brings the tables of this module up to date. Instances that start together
 * wait for each other, and a process killed in the middle leaves no trace.
 */
export async function migrateSources(knex: Knex): Promise<void> {
  await knex.transaction(async tx => {
    await tx.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    const config: Knex.MigratorConfig = {
      directory: resolvePackagePath(
        '@four-keys/backstage-plugin-events-backend-module-four-keys',
        'migrations',
      ),
      tableName: MIGRATIONS_TABLE,
      disableTransactions: true,
    };
    await tx.migrate.forceFreeMigrationsLock(config);
    await tx.migrate.latest(config);
  });
}

/** @throws InputError when the database is not PostgreSQL. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const knex = await database.getClient();
  const { client } = knex.client.config as { client: unknown };
  if (client !== 'pg') {
    throw new InputError(
      `backend.database.client is "${client}", but questions to the APIs of vendors are kept in PostgreSQL; set it to pg, or remove the credentials from integrations that the sources would ask with`,
    );
  }
  if (!database.migrations?.skip) {
    await migrateSources(knex);
  }
  return knex;
}

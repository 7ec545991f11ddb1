import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/**
 * Brings the schema of the plugin's database up to date.
 *
 * @public
 */
export async function runMigrations(knex: Knex): Promise<void> {
  const directory = resolvePackagePath(
    '@four-keys/backstage-plugin-four-keys-backend',
    'migrations',
  );
  await knex.migrate.latest({ directory });
}

import path from 'path';
import { createTestDatabase } from '@four-keys/dev';

describe('migrations', () => {
  it('go up and down again, and describe every table and column', async () => {
    const { knex, drop } = await createTestDatabase();
    const config = {
      directory: path.resolve(__dirname, '../migrations'),
      tableName: 'four_keys_log_migrations',
    };
    await knex.migrate.latest(config);
    const { rows: bare } = await knex.raw<{ rows: unknown[] }>(`
      SELECT c.relname, a.attname
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        AND c.relname NOT LIKE '%migrations%'
        AND a.attnum > 0
        AND (col_description(c.oid, a.attnum) IS NULL
          OR obj_description(c.oid) IS NULL)
    `);
    expect(bare).toEqual([]);

    await knex.migrate.rollback(config, true);
    const tables: string[] = await knex('pg_tables')
      .where({ schemaname: 'public' })
      .pluck('tablename');
    expect(tables.filter(name => !name.includes('migrations'))).toEqual([]);
    await knex.migrate.latest(config);
    await drop();
  }, 60_000);
});

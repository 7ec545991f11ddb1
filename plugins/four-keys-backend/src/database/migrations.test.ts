import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import createKnex from 'knex';
import { runMigrations } from './migrations';

jest.setTimeout(60_000);

describe('bringing the schema up to date', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    await database?.drop();
  });

  const applied = () =>
    database.knex('knex_migrations').orderBy('id').pluck<string[]>('name');

  it('lets instances that start together wait for each other', async () => {
    const others = [1, 2, 3].map(() =>
      createKnex({ client: 'pg', connection: database.connectionString }),
    );
    try {
      await Promise.all([database.knex, ...others].map(runMigrations));
    } finally {
      await Promise.all(others.map(other => other.destroy()));
    }
    const names = await applied();
    expect(names).toContain('20261121000000_facts.js');
    expect(new Set(names).size).toBe(names.length);
    expect(await database.knex('claims').first()).toBeUndefined();
  });

  it('is not stopped by the lock of a process that was killed', async () => {
    await runMigrations(database.knex);
    await database.knex('knex_migrations_lock').update({ is_locked: 1 });
    await runMigrations(database.knex);
    expect(
      await database.knex('knex_migrations_lock').pluck('is_locked'),
    ).toEqual([0]);
  });

  it('leaves nothing behind when it fails in the middle', async () => {
    const { knex } = database;
    await knex.raw('CREATE TABLE service_holders (in_the_way text)');
    const quiet = createKnex({
      client: 'pg',
      connection: database.connectionString,
      log: { error: () => {}, warn: () => {} },
    });
    await expect(runMigrations(quiet)).rejects.toThrow(/service_holders/);
    await quiet.destroy();
    expect(await knex.schema.hasTable('claims')).toBe(false);
    await knex.raw('DROP TABLE service_holders');
    await runMigrations(knex);
    expect(await knex('claims').first()).toBeUndefined();
  });
});

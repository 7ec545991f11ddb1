import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import { runMigrations } from '../database';
import { TableStatistics } from './TableStatistics';

jest.setTimeout(60_000);

describe('telling the planner how large tables are', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await runMigrations(database.knex);
    await database.knex.raw(
      `ALTER TABLE claims SET (autovacuum_enabled = false)`,
    );
  });

  afterAll(async () => {
    await database?.drop();
  });

  const insert = async (count: number) => {
    await database.knex.transaction(async tx => {
      await tx.raw(
        `INSERT INTO claims (identity, payload, service, kind, "time", source, id, data, received_at)
         SELECT gen_random_uuid(), gen_random_uuid(), 'api', 'change.merged', now(), 'test', n::text, '{}', now()
         FROM generate_series(1, ?::int) AS n`,
        [count],
      );
      // Otherwise told to others at leisure.
      await tx.raw('SELECT pg_stat_force_next_flush()');
    });
  };

  const estimate = async () => {
    const row = await database
      .knex('pg_class')
      .whereRaw(`oid = 'claims'::regclass`)
      .first<{ reltuples: number }>('reltuples');
    return row.reltuples;
  };

  it('follows a table that grows, not more often than need be', async () => {
    let now = 0;
    const statistics = new TableStatistics({
      knex: database.knex,
      clock: () => now,
    });
    await insert(500);
    await statistics.refresh();
    expect(await estimate()).toBe(-1);

    await insert(2000);
    await statistics.refresh();
    expect(await estimate()).toBe(-1);
    now += 5000;
    await statistics.refresh();
    expect(await estimate()).toBe(2500);

    await insert(500);
    now += 5000;
    await statistics.refresh();
    expect(await estimate()).toBe(2500);
  });
});

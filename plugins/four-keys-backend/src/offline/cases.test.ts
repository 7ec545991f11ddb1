import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import { compute } from '@four-keys/model';
import { namedCases, readPath } from '@four-keys/model/testing';
import { runMigrations } from '../database';
import { computeSql } from '.';
import { differences } from './sameAsModel';

describe('the cases that must hold', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await runMigrations(database.knex);
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  it.each(namedCases.map(entry => [entry.name, entry] as const))(
    '%s',
    async (_name, { input, sameAs = [], expected }) => {
      for (const same of [input, ...sameAs]) {
        const answers = await computeSql(same, { knex: database.knex });
        const stated = Object.fromEntries(
          Object.keys(expected).map(path => [path, readPath(answers, path)]),
        );
        expect(differences(stated, expected)).toEqual([]);
        expect(differences(answers, compute(input))).toEqual([]);
      }
    },
  );
});

import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import { runMigrations } from '../database';
import { DEFAULT_ENVIRONMENTS, recomputeDirty } from '../derivation';
import { storeEvents } from '../facts';
import { MetricsStore } from '.';

const EVENTS = [
  {
    specversion: '1.0',
    id: 'evt-1234',
    source: 'backstage.scaffolder',
    type: 'com.company.change.created',
    time: '2026-06-10T12:34:56Z',
    data: {
      commit_sha: 'a1b2c3d4',
      pr_id: 42,
      template_id: 'springboot-service-v2',
      service_id: 'payments-api',
      initiator: 'alice@example.com',
    },
  },
  {
    specversion: '1.0',
    id: 'evt-5678',
    source: 'ci.pipeline',
    type: 'com.company.deploy.completed',
    time: '2026-06-10T12:50:12Z',
    data: {
      pipeline_run_id: 'run-9876',
      deployment_id: 'deploy-5432',
      commit_sha: 'a1b2c3d4',
      service_id: 'payments-api',
      environment: 'staging',
      status: 'success',
    },
  },
];

const settings = {
  environments: DEFAULT_ENVIRONMENTS,
  failureWindowMs: 24 * 60 * 60 * 1000,
  incidentSource: null,
  bandYear: 2024,
} as const;

describe('the two events of the contract', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await runMigrations(database.knex);
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  it('give a staging lead time of 916 seconds, and say nothing about production', async () => {
    const { knex } = database;
    const events = EVENTS.map(raw => {
      const result = validateEvent(raw);
      if (!result.ok) {
        throw new Error(result.rejection.message);
      }
      return { event: result.event, receivedAt: new Date() };
    });
    const store = () => knex.transaction(tx => storeEvents(tx, events));
    await expect(store()).resolves.toEqual({
      stored: 2,
      duplicates: 0,
      conflicts: [],
    });
    await expect(store()).resolves.toMatchObject({ stored: 0, duplicates: 2 });
    await expect(recomputeDirty({ knex, settings })).resolves.toEqual({
      services: 1,
    });

    const metrics = new MetricsStore({
      knex,
      settings,
      clock: () => Date.parse('2026-06-11T00:00:00Z'),
    });
    const question = {
      service: 'payments-api',
      from: Date.parse('2026-06-01T00:00:00Z'),
      to: Date.parse('2026-07-01T00:00:00Z'),
    };
    const staging = await metrics.answer({
      ...question,
      environment: 'staging',
    });
    expect(staging.metrics.leadTime).toMatchObject({
      status: 'ok',
      value: 916,
      count: 1,
      lowerBound: 1,
      coverage: { with: 1, of: 1 },
    });
    expect(staging.services).toEqual({ visible: 1, of: 1 });

    const production = await metrics.answer(question);
    expect(production.metrics.deploymentFrequency).toMatchObject({
      status: 'no_data',
      value: null,
    });
  });
});

import {
  validateEvent,
  type Metrics,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import { runMigrations } from '../database';
import { DEFAULT_ENVIRONMENTS, recomputeDirty } from '../derivation';
import { storeEvents } from '../facts';
import { MetricsStore } from '.';

const settings = {
  environments: DEFAULT_ENVIRONMENTS,
  failureWindowMs: 24 * 60 * 60 * 1000,
  incidentSource: null,
  bandYear: 2024,
} as const;

const MINUTE_MS = 60_000;
const START = Date.parse('2026-06-01T00:00:00Z');
const NOW = Date.parse('2026-07-01T00:00:00Z');
const JUNE = { from: START, to: NOW };
const SERVICES = ['a', 'b', 'c', 'd'];

/** Numbers that are spread unevenly over some orders of magnitude, always the same. */
const spread = (n: number, longest: number) =>
  Math.round(((((n * 7919) % 101) + 1) / 101) ** 3 * longest);

/** Deployments every few hours, each with a change, every third of which breaks something. */
function* events(): Generator<[type: string, time: number, data: object]> {
  for (const [s, service] of SERVICES.entries()) {
    for (let n = 0; n < 40; n += 1) {
      const seed = s * 40 + n;
      const sha = `c0ffee${service}${n}`;
      const finished =
        START + (n * 17 * 60 + spread(seed + 3, 600) + s) * MINUTE_MS;
      yield [
        'change.created',
        finished - MINUTE_MS,
        {
          service_id: service,
          commit_sha: sha,
          // The first is deployed in the moment of its commit.
          committed_at: new Date(
            finished - (n === 0 ? 0 : spread(seed, 100_000)) * MINUTE_MS,
          ).toISOString(),
        },
      ];
      yield [
        'deploy.completed',
        finished,
        {
          service_id: service,
          deployment_id: `d${n}`,
          environment: 'production',
          commit_sha: sha,
          commits: [{ sha }],
          status: 'success',
        },
      ];
      if (n % 3 === 0) {
        const incident = { service_id: service, incident_id: `i${n}` };
        yield ['incident.opened', finished + MINUTE_MS, incident];
        yield [
          'incident.resolved',
          finished + (2 + spread(seed, 300)) * MINUTE_MS,
          incident,
        ];
      }
    }
    yield [
      'incident.opened',
      NOW - 60 * MINUTE_MS,
      { service_id: service, incident_id: 'open' },
    ];
  }
}

const percentilesOf = (metrics: Metrics) => ({
  leadTime: [
    metrics.leadTime.value,
    metrics.leadTime.p50,
    metrics.leadTime.p75,
    metrics.leadTime.p90,
    metrics.leadTime.p95,
  ],
  timeToRestore: [metrics.timeToRestore.p50, metrics.timeToRestore.p90],
  failedDeploymentRecoveryTime: [
    metrics.failedDeploymentRecoveryTime.p50,
    metrics.failedDeploymentRecoveryTime.p90,
  ],
  deploymentFrequency: [metrics.deploymentFrequency.medianGap],
});

function expectNear(
  found: ReadonlyArray<number | null>,
  exact: ReadonlyArray<number | null>,
) {
  expect(found.length).toBe(exact.length);
  found.forEach((value, index) => {
    const expected = exact[index];
    if (value === null || expected === null) {
      expect(value).toBe(expected);
    } else {
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(0.01 * expected);
    }
  });
}

/** An answer without what a sketch may change. */
const exactPart = (metrics: Metrics) =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => {
      const {
        approximate: _approximate,
        p50: _p50,
        p75: _p75,
        p90: _p90,
        p95: _p95,
        medianGap: _medianGap,
        value,
        ...rest
      } = metric;
      return [name, metric.unit === 'seconds' ? rest : { ...rest, value }];
    }),
  );

describe('a question about a fleet', () => {
  let database: TestDatabase;

  const storeOf = (exactUpToServices?: number) =>
    new MetricsStore({
      knex: database.knex,
      settings,
      clock: () => NOW,
      exactUpToServices,
    });

  beforeAll(async () => {
    database = await createTestDatabase();
    const { knex } = database;
    await runMigrations(knex);
    const batch = [...events()].map(([type, time, data], index) => {
      const result = validateEvent(
        {
          specversion: '1.0',
          id: `${index}`,
          source: 'test',
          type: `dev.fourkeys.${type}`,
          time: new Date(time).toISOString(),
          data,
        },
        { now: NOW },
      );
      if (!result.ok) {
        throw new Error(result.rejection.message);
      }
      return { event: result.event, receivedAt: new Date(NOW) };
    });
    await knex.transaction(tx => storeEvents(tx, batch));
    await recomputeDirty({ knex, settings });
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  it('gets percentiles that are at most 1 % off and say so, and everything else exactly', async () => {
    const exact = await storeOf().answer(JUNE);
    const found = await storeOf(SERVICES.length - 1).answer(JUNE);

    const expected = percentilesOf(exact.metrics);
    const percentiles = percentilesOf(found.metrics);
    for (const name of [
      'leadTime',
      'timeToRestore',
      'failedDeploymentRecoveryTime',
      'deploymentFrequency',
    ] as const) {
      expect(exact.metrics[name]).not.toHaveProperty('approximate');
      expect(found.metrics[name]).toHaveProperty('approximate', true);
      expect(expected[name]).not.toContain(null);
      expectNear(percentiles[name], expected[name]);
    }
    expect(percentiles).not.toEqual(expected);
    expect(exactPart(found.metrics)).toEqual(exactPart(exact.metrics));
    expect(found.metrics.timeToRestore.open).toBe(SERVICES.length);

    expect(found.series.length).toBe(30);
    for (const name of ['leadTimeP50', 'timeToRestoreP50'] as const) {
      expectNear(
        found.series.map(point => point[name]),
        exact.series.map(point => point[name]),
      );
    }
    const { window, services, asOf } = exact;
    expect(found).toMatchObject({ window, services, asOf });
  });

  it('is exact up to the threshold, in tables, in evidence and where there is no number', async () => {
    const fleet = storeOf(SERVICES.length - 1);
    const exact = await storeOf().answer(JUNE);
    expect(await storeOf(SERVICES.length).answer(JUNE)).toEqual(exact);

    // What a viewer may not see does not make the question a bigger one.
    const some = { ...JUNE, visibleServices: new Set(SERVICES.slice(1)) };
    expect(await fleet.answer(some)).toEqual(await storeOf().answer(some));

    const table = await fleet.table({ ...JUNE, dimension: 'environment' });
    expect(table.rows.map(row => row.metrics.leadTime)).toEqual([
      exact.metrics.leadTime,
    ]);
    const { explanation } = await fleet.evidence({
      ...JUNE,
      metric: 'leadTime',
    });
    expect(explanation).toBe(exact.explanation.leadTime);

    const quiet = { from: NOW - MINUTE_MS, to: NOW };
    const { metrics } = await fleet.answer(quiet);
    expect(metrics.leadTime).toMatchObject({ status: 'no_deployments' });
    expect(metrics.leadTime).not.toHaveProperty('approximate');
    expect(metrics).toEqual((await storeOf().answer(quiet)).metrics);
  });
});

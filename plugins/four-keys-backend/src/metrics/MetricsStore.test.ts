import {
  METRIC_DIMENSIONS,
  validateEvent,
  type Page,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import type { Knex } from 'knex';
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

const NOW = Date.parse('2026-07-01T00:00:00Z');
const JUNE = { from: Date.parse('2026-06-01T00:00:00Z'), to: NOW };

const day = (number: number, time = '12:00:00') =>
  `2026-06-${String(number).padStart(2, '0')}T${time}Z`;

/** One service that is busy, one that fails, one that is silent. */
function* events(): Generator<[type: string, time: string, data: object]> {
  for (let n = 1; n <= 10; n += 1) {
    const sha = `c0ffee${n}`;
    yield [
      'change.created',
      day(n, '10:00:00'),
      {
        service_id: 'busy',
        commit_sha: sha,
        branch: 'main',
        committed_at: day(n, '09:00:00'),
        template_id: 'node',
        template_version: n < 6 ? '1.0.0' : '2.0.0',
        repository: 'https://git.example.com/busy',
      },
    ];
    yield [
      'deploy.completed',
      day(n),
      {
        service_id: 'busy',
        deployment_id: `d${n}`,
        environment: n % 2 === 0 ? 'prod-eu' : 'prod-us',
        commit_sha: sha,
        status: 'success',
      },
    ];
  }
  yield [
    'change.created',
    day(20),
    { service_id: 'busy', commit_sha: 'waiting', branch: 'main' },
  ];
  yield [
    'deploy.completed',
    day(20),
    {
      service_id: 'busy',
      deployment_id: 'again',
      environment: 'prod-eu',
      kind: 'restart',
      status: 'success',
    },
  ];
  yield [
    'deploy.completed',
    day(5),
    {
      service_id: 'weak',
      deployment_id: 'w1',
      environment: 'prod',
      version: '1',
      status: 'success',
    },
  ];
  yield [
    'incident.opened',
    day(5, '13:00:00'),
    { service_id: 'weak', incident_id: 'i1', title: 'Checkout is down' },
  ];
  yield [
    'incident.resolved',
    day(5, '14:00:00'),
    { service_id: 'weak', incident_id: 'i1' },
  ];
  yield [
    'incident.opened',
    day(29),
    { service_id: 'weak', incident_id: 'i2', environment: 'prod' },
  ];
}

describe('MetricsStore', () => {
  let database: TestDatabase;
  let knex: Knex;
  let store: MetricsStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    knex = database.knex;
    await runMigrations(knex);
    const batch = [...events()].map(([type, time, data], index) => {
      const result = validateEvent({
        specversion: '1.0',
        id: `${index}`,
        source: 'test',
        type: `dev.fourkeys.${type}`,
        time,
        data,
      });
      if (!result.ok) {
        throw new Error(result.rejection.message);
      }
      return { event: result.event, receivedAt: new Date(NOW) };
    });
    await knex.transaction(tx => storeEvents(tx, batch));
    const services = ['busy', 'weak', 'silent'];
    await knex('service_entities').insert(
      services.map(service => ({
        service,
        entity_ref: `component:default/${service}`,
        updated_at: new Date(NOW),
      })),
    );
    await knex('service_holders').insert([
      {
        service: 'busy',
        dimension: 'owner',
        from_time: '1970-01-01Z',
        holder: 'group:default/a',
      },
      {
        service: 'busy',
        dimension: 'owner',
        from_time: day(6, '00:00:00'),
        holder: 'group:default/b',
      },
      {
        service: 'weak',
        dimension: 'owner',
        from_time: '1970-01-01Z',
        holder: 'group:default/b',
      },
      {
        service: 'silent',
        dimension: 'owner',
        from_time: '1970-01-01Z',
        holder: 'group:default/b',
      },
      {
        service: 'busy',
        dimension: 'system',
        from_time: '1970-01-01Z',
        holder: 'system:default/shop',
      },
      {
        service: 'weak',
        dimension: 'domain',
        from_time: '1970-01-01Z',
        holder: 'domain:default/retail',
      },
    ]);
    await recomputeDirty({ knex, settings });
    store = new MetricsStore({ knex, settings, clock: () => NOW });
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  it.each(METRIC_DIMENSIONS)(
    'says of every row of a table by %s what it says of that row alone',
    async dimension => {
      const table = await store.table({ ...JUNE, dimension, bucket: 'week' });
      expect(table.rows.length).toBe(table.totalRows);
      expect(table.rows.length).toBeGreaterThan(0);
      for (const row of table.rows) {
        const [template, templateVersion] = row.key.split('@');
        const scope =
          dimension === 'template-version'
            ? { template, templateVersion }
            : { [dimension]: row.key };
        const answer = await store.answer({
          ...JUNE,
          ...scope,
          bucket: 'week',
        });
        const band =
          dimension === 'environment' || dimension === 'service'
            ? {}
            : { band: null };
        expect(row.metrics).toEqual({
          ...answer.metrics,
          deploymentFrequency: {
            ...answer.metrics.deploymentFrequency,
            ...band,
          },
        });
        expect(row.trend).toEqual(
          answer.series.map(point => point.deployments),
        );
      }
    },
  );

  it('sorts and cuts a table, rows without a value last', async () => {
    const table = (order: 'asc' | 'desc', offset: number) =>
      store.table({
        ...JUNE,
        dimension: 'service',
        sort: 'deploymentFrequency',
        order,
        limit: 2,
        offset,
      });
    const keys = async (order: 'asc' | 'desc', offset: number) =>
      (await table(order, offset)).rows.map(row => row.key);
    expect(await keys('asc', 0)).toEqual(['weak', 'busy']);
    expect(await keys('desc', 0)).toEqual(['busy', 'weak']);
    expect(await keys('desc', 2)).toEqual(['silent']);
    const { rows, totalRows, services } = await table('desc', 0);
    expect(totalRows).toBe(3);
    expect(services).toEqual({ visible: 3, of: 3 });
    expect(rows[0]).toMatchObject({
      entityRef: 'component:default/busy',
      lastDeploymentAt: '2026-06-10T12:00:00.000Z',
    });
    expect(rows[0].metrics.deploymentFrequency.count).toBe(10);
  });

  it('gives a team what it held at the time, and counts what a viewer may not see', async () => {
    const team = async (name: string, visibleServices: string[] | null) => {
      const answer = await store.answer({
        ...JUNE,
        team: `group:default/${name}`,
        visibleServices: visibleServices && new Set(visibleServices),
      });
      return [answer.metrics.deploymentFrequency.count, answer.services];
    };
    expect(await team('a', null)).toEqual([5, { visible: 1, of: 1 }]);
    expect(await team('b', null)).toEqual([6, { visible: 3, of: 3 }]);
    expect(await team('b', ['weak'])).toEqual([1, { visible: 1, of: 3 }]);
    expect(await team('b', [])).toEqual([0, { visible: 0, of: 3 }]);
    // Two teams at once hold what either held; a service of a team, only then.
    expect(await team('a,group:default/b', null)).toEqual([
      11,
      { visible: 3, of: 3 },
    ]);
    const ofTeam = { ...JUNE, team: 'group:default/a', service: 'busy' };
    const { metrics } = await store.answer(ofTeam);
    expect(metrics.deploymentFrequency.count).toBe(5);
    const evidence = await store.evidence({
      ...ofTeam,
      metric: 'deploymentFrequency',
      limit: 100,
    });
    expect(evidence.totals.included).toBe(5);
    expect(
      await store.scopeServices({ ...JUNE, team: 'group:default/b' }),
    ).toEqual(['busy', 'silent', 'weak']);
    const table = await store.table({
      ...JUNE,
      dimension: 'team',
      visibleServices: new Set(['weak']),
    });
    expect(table.rows.map(row => row.key)).toEqual(['group:default/b']);
    expect(table.services).toEqual({ visible: 1, of: 3 });
  });

  it('lists deployments, incidents and changes page by page, the latest first', async () => {
    const all = async <Row>(
      read: (cursor?: string) => Promise<Page<Row>>,
    ): Promise<Row[]> => {
      const page = await read();
      const rows = [...page.rows];
      let cursor = page.nextCursor;
      while (cursor) {
        const next = await read(cursor);
        rows.push(...next.rows);
        cursor = next.nextCursor;
      }
      return rows;
    };
    const question = { ...JUNE, limit: 3 };
    const deployments = await all(cursor =>
      store.deployments({ ...question, service: 'busy', cursor }),
    );
    expect(deployments.map(row => row.id)).toEqual([
      'again',
      ...[10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(n => `d${n}`),
    ]);
    expect(deployments[1]).toMatchObject({
      service: 'busy',
      entityRef: 'component:default/busy',
      environment: 'prod-eu',
      tier: 'production',
      status: 'success',
      finishedAt: '2026-06-10T12:00:00.000Z',
      template: 'node',
      templateVersion: '2.0.0',
      contentsKnown: true,
    });
    const incidents = await all(cursor =>
      store.incidents({ ...question, limit: 1, cursor }),
    );
    expect(incidents).toEqual([
      expect.objectContaining({
        incidentId: 'i2',
        environment: 'prod',
        resolvedAt: null,
        duration: null,
        link: expect.objectContaining({ method: 'unlinked' }),
      }),
      expect.objectContaining({
        incidentId: 'i1',
        environment: 'production',
        title: 'Checkout is down',
        duration: 3600,
        link: {
          method: 'window',
          service: 'weak',
          environment: 'prod',
          deploymentId: 'w1',
        },
      }),
    ]);
    const changes = await all(cursor => store.changes({ ...question, cursor }));
    expect(changes.map(row => row.commitSha)).toEqual([
      'waiting',
      ...[10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(n => `c0ffee${n}`),
    ]);
    expect(changes[0].deployment).toBeNull();
    expect(changes[1]).toMatchObject({
      deployment: { environment: 'prod-eu', id: 'd10' },
      leadTime: 3 * 3600,
      branch: 'main',
      repository: 'https://git.example.com/busy',
      committedAt: '2026-06-10T09:00:00.000Z',
    });
    await expect(
      store.changes({ ...question, cursor: 'made-up' }),
    ).rejects.toThrow('cursor is none of ours');
  });

  it('explains a number by its rows', async () => {
    const evidence = await store.evidence({
      ...JUNE,
      metric: 'changeFailureRate',
    });
    expect(evidence.explanation).toBe(
      'The only deployment failed, rollbacks not counted: 100 %. The incident source of 1 of the 2 services is known.',
    );
    expect(evidence.totals).toEqual({ included: 1, excluded: 10 });
    expect(evidence.rows.at(-1)).toMatchObject({
      excluded: 'incident_source_unknown',
    });
    expect(evidence.rows.find(row => row.excluded === null)).toMatchObject({
      kind: 'deployment',
      service: 'weak',
      id: 'w1',
      value: 1,
      details: { incidents: 'i1', undoneBy: null },
    });
    const part = async (rows: 'included' | 'excluded') => {
      const asked = { ...JUNE, metric: 'changeFailureRate' as const, rows };
      const { rows: found, totals } = await store.evidence(asked);
      expect(totals).toEqual({ included: 1, excluded: 10 });
      return found.map(row => row.excluded !== null);
    };
    expect(await part('included')).toEqual([false]);
    expect(await part('excluded')).toEqual(Array(10).fill(true));
    const { explanation } = await store.answer({ ...JUNE, service: 'busy' });
    expect(explanation).toMatchObject({
      leadTime:
        'Half of the 10 changes took at most 3 hours from commit to deployment. The contents of all 10 deployments are known.',
      changeFailureRate:
        'Nobody reports incidents here, so silence proves nothing; connect an incident tool or annotate the entity.',
    });
  });
});

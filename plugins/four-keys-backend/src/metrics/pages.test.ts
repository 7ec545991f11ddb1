import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import type { Knex } from 'knex';
import { runMigrations } from '../database';
import { DEFAULT_ENVIRONMENTS, recomputeDirty } from '../derivation';
import { storeEvents } from '../facts';
import { MetricsStore } from '.';

const settings = {
  environments: DEFAULT_ENVIRONMENTS,
  failureWindowMs: 24 * 60 * 60 * 1000,
  incidentSource: 'all',
  bandYear: 2024,
} as const;

const NOW = Date.parse('2026-07-01T00:00:00Z');
const JUNE = { from: Date.parse('2026-06-01T00:00:00Z'), to: NOW };
const HOUR = 3_600_000;

const sha = (name: string) =>
  Buffer.from(name).toString('hex').padEnd(40, '0').slice(0, 40);

type Told = [type: string, time: string, data: Record<string, unknown>];

const at = (day: number, hour: number) =>
  new Date(JUNE.from + ((day - 1) * 24 + hour) * HOUR).toISOString();

/** One service with everything that a page can show of a deployment. */
function* shop(): Generator<Told> {
  const merge = sha('merge');
  yield [
    'change.merged',
    at(2, 12),
    {
      commit_sha: merge,
      pr_id: '42',
      branch: 'main',
      repository: 'https://github.com/acme/shop',
      commits: [
        { sha: sha('one'), committed_at: at(2, 6) },
        { sha: sha('two'), committed_at: at(2, 9) },
      ],
      opened_at: at(2, 8),
      first_review_at: at(2, 10),
      merged_at: at(2, 12),
    },
  ];
  const run = { pipeline_run_id: '77/1', commit_sha: merge };
  yield ['build.started', at(2, 12), run];
  yield [
    'build.completed',
    at(2, 13),
    {
      ...run,
      status: 'success',
      artifact: 'pkg:oci/shop@1',
      url: 'https://ci.example.com/runs/77',
    },
  ];
  yield ['build.started', at(5, 1), { pipeline_run_id: '99/1' }];
  for (const id of ['d1', 'd2']) {
    yield [
      'deploy.completed',
      at(id === 'd1' ? 2 : 3, 14),
      {
        deployment_id: id,
        environment: 'production',
        commit_sha: id === 'd1' ? merge : undefined,
        version: id,
        url: 'https://ci.example.com/runs/80',
        status: 'success',
      },
    ];
  }
  yield [
    'incident.opened',
    at(3, 15),
    { incident_id: 'i1', url: 'https://pager.example.com/i1' },
  ];
  yield ['incident.resolved', at(3, 16), { incident_id: 'i1' }];
}

/** Six services of each of two versions; those of the second are born faster. */
function* born(): Generator<Told> {
  for (let n = 0; n < 12; n += 1) {
    const version = n < 6 ? '1.0.0' : '2.0.0';
    const service = `born-${n}`;
    const run = {
      template_id: 'node',
      template_version: version,
      run_id: `run-${n}`,
      correlation_id: `c-${n}`,
    };
    const first = n < 6 ? 30 + n : 2;
    yield ['scaffold.started', at(4, n / 10), run];
    yield [
      'scaffold.completed',
      at(4, n / 10 + 0.05),
      // As the scaffolder is observed: it does not know what service it made.
      { ...run, status: 'success', duration_ms: 40_000 + n * 1000 },
    ];
    yield [
      'change.created',
      at(4, n / 10 + 0.05),
      {
        service_id: service,
        commit_sha: sha(service),
        branch: 'main',
        correlation_id: `c-${n}`,
        template_id: 'node',
        template_version: version,
      },
    ];
    if (n !== 5) {
      yield [
        'deploy.completed',
        at(4, n / 10 + 0.05 + first),
        {
          service_id: service,
          deployment_id: 'first',
          environment: 'production',
          commit_sha: sha(service),
          status: 'success',
        },
      ];
    }
  }
  yield [
    'scaffold.completed',
    at(6, 1),
    {
      template_id: 'node',
      template_version: '2.0.0',
      run_id: 'broken',
      status: 'failure',
    },
  ];
}

describe('what the pages show', () => {
  let database: TestDatabase;
  let knex: Knex;
  let store: MetricsStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    knex = database.knex;
    await runMigrations(knex);
    const batch = [...shop(), ...born()].map(([type, time, data], index) => {
      const result = validateEvent({
        specversion: '1.0',
        id: `${index}`,
        source: 'test',
        type: `dev.fourkeys.${type}`,
        time,
        data:
          'service_id' in data || type.startsWith('scaffold')
            ? data
            : { service_id: 'shop', ...data },
      });
      if (!result.ok) {
        throw new Error(result.rejection.message);
      }
      return { event: result.event, receivedAt: new Date(NOW) };
    });
    await knex.transaction(tx => storeEvents(tx, batch));
    await knex('service_entities').insert({
      service: 'shop',
      entity_ref: 'component:default/shop',
      updated_at: new Date(NOW),
    });
    await knex('service_holders').insert(
      ['shop', 'born-0', 'born-7'].map(service => ({
        service,
        dimension: 'owner',
        from_time: '1970-01-01Z',
        holder: `group:default/${service === 'shop' ? 'a' : 'b'}`,
      })),
    );
    await recomputeDirty({ knex, settings });
    store = new MetricsStore({ knex, settings, clock: () => NOW });
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  it('opens a deployment: its changes, where their time went, its pipeline and its incidents', async () => {
    const name = { service: 'shop', environment: 'production' };
    const detail = await store.deployment({ ...name, id: 'd1' });
    expect(detail?.deployment).toMatchObject({
      entityRef: 'component:default/shop',
      changes: 2,
      incidents: 0,
      undoneBy: null,
      urls: {
        commit: `https://github.com/acme/shop/commit/${sha('merge')}`,
        pipeline: 'https://ci.example.com/runs/80',
      },
    });
    const parts = new Map(
      detail?.changes.map(change => [change.commitSha, change]),
    );
    expect(parts.get(sha('one'))).toMatchObject({
      leadTime: 8 * 3600,
      leadTimeParts: [
        { from: 'committed', to: 'opened', seconds: 2 * 3600 },
        { from: 'opened', to: 'reviewed', seconds: 2 * 3600 },
        { from: 'reviewed', to: 'merged', seconds: 2 * 3600 },
        { from: 'merged', to: 'deployed', seconds: 2 * 3600 },
      ],
      urls: {
        commit: `https://github.com/acme/shop/commit/${sha('one')}`,
        pullRequest: 'https://github.com/acme/shop/pull/42',
      },
    });
    expect(parts.get(sha('two'))?.leadTimeParts[0]).toEqual({
      from: 'committed',
      to: 'opened',
      seconds: 0,
    });
    expect(detail?.builds).toEqual([
      {
        pipelineRunId: '77/1',
        status: 'success',
        startedAt: at(2, 12),
        finishedAt: at(2, 13),
        artifact: 'pkg:oci/shop@1',
        url: 'https://ci.example.com/runs/77',
      },
    ]);

    const failed = await store.deployment({ ...name, id: 'd2' });
    expect(failed?.deployment).toMatchObject({ failed: true, incidents: 1 });
    expect(failed?.incidents).toMatchObject([
      { incidentId: 'i1', link: { method: 'window' }, correction: null },
    ]);
    expect(await store.deployment({ ...name, id: 'd3' })).toBeUndefined();
    expect(
      await store.deployment({ ...name, environment: 'prod', id: 'd1' }),
    ).toBeUndefined();
  });

  it('links the rows of evidence to where they can be read about', async () => {
    const urlsOf = async (metric: 'leadTime' | 'timeToRestore') =>
      (await store.evidence({ ...JUNE, service: 'shop', metric })).rows.map(
        ({ id, entityRef, urls }) => ({ id, entityRef, urls }),
      );
    const entityRef = 'component:default/shop';
    expect(await urlsOf('timeToRestore')).toEqual([
      {
        id: 'i1',
        entityRef,
        urls: { incident: 'https://pager.example.com/i1' },
      },
    ]);
    expect(await urlsOf('leadTime')).toContainEqual({
      id: sha('one'),
      entityRef,
      urls: {
        commit: `https://github.com/acme/shop/commit/${sha('one')}`,
        pullRequest: 'https://github.com/acme/shop/pull/42',
      },
    });
  });

  it('counts runs, adoption and the way to the first deployment', async () => {
    const answer = await store.templates(JUNE);
    expect(answer.services).toEqual({ visible: 12, of: 12 });
    expect(answer.adoption).toEqual({
      services: { with: 11, of: 12 },
      teams: { with: 1, of: 2 },
      deployments: { with: 11, of: 13 },
    });
    const [node] = answer.templates;
    expect(answer.templates).toHaveLength(1);
    expect(node).toMatchObject({
      template: 'node',
      runs: { count: 13, succeeded: 12, failed: 1, cancelled: 0, running: 0 },
      successRate: { value: 12 / 13, count: 13 },
      duration: { value: 45.5, count: 12 },
      timeToFirstDeployment: { count: 11, waiting: 1 },
      services: 11,
      teams: 1,
      deployments: 11,
    });
    expect(node.versions.map(({ version }) => version)).toEqual([
      '2.0.0',
      '1.0.0',
    ]);
    const [second, first] = node.versions;
    expect(second.timeToFirstDeployment.value).toBeCloseTo(2 * 3600, 3);
    expect(first.timeToFirstDeployment.value).toBeCloseTo(32 * 3600, 3);
  });

  it('shows a viewer only what the services that it may see make', async () => {
    const visibleServices = new Set(['shop', 'born-0']);
    const answer = await store.templates({ ...JUNE, visibleServices });
    expect(answer.services).toEqual({ visible: 2, of: 12 });
    // One run made a visible service, and one never made any.
    expect(answer.templates[0].runs.count).toBe(2);
    expect(answer.adoption.services).toEqual({ with: 1, of: 2 });
  });

  it('compares versions by the numbers that stand elsewhere, and says when there is too little', async () => {
    const versions = { template: 'node', a: '1.0.0', b: '2.0.0' };
    const { metrics } = await store.compareTemplateVersions({
      ...JUNE,
      ...versions,
    });
    const row = new Map(metrics.map(each => [each.metric, each]));
    for (const side of ['a', 'b'] as const) {
      const answer = await store.answer({
        ...JUNE,
        template: 'node',
        templateVersion: versions[side],
      });
      expect(row.get('leadTime')?.[side]).toMatchObject({
        value: answer.metrics.leadTime.value,
        count: answer.metrics.leadTime.count,
      });
      expect(row.get('changeFailureRate')?.[side]).toMatchObject({
        value: answer.metrics.changeFailureRate.value,
        count: answer.metrics.changeFailureRate.count,
      });
    }
    const born1 = row.get('timeToFirstDeployment');
    expect(born1).toMatchObject({
      unit: 'seconds',
      a: { count: 5 },
      b: { count: 6 },
      verdict: 'lower',
    });
    expect(born1?.difference.high).toBeLessThan(0);
    expect(row.get('changeFailureRate')).toMatchObject({ verdict: 'unclear' });
    expect(row.get('timeToRestore')).toMatchObject({
      a: { value: null, low: null, high: null, count: 0 },
      difference: { value: null, low: null, high: null },
      verdict: 'too_few',
    });
  });
});

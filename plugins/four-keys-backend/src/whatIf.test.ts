import type { Entity } from '@backstage/catalog-model';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  fourKeysMetricsReadPermission,
  type WhatIfAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createFourKeysConditionalDecision, fourKeysConditions } from '.';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';
import { Scratch } from './whatIf/Scratch';

jest.setTimeout(60_000);

const API = '/api/four-keys';
const HOUR = 3_600_000;
const NOW = Date.now();

const DERIVED = [
  'deployments',
  'releases',
  'changes',
  'change_deployments',
  'incidents',
  'service_templates',
  'dirty',
];

const component = (name: string, owner: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name,
    namespace: 'default',
    annotations: { 'pagerduty.com/service-id': name },
  },
  spec: { type: 'service', owner, lifecycle: 'production' },
});

let sequence = 0;

const event = (
  type: string,
  hoursAgo: number,
  data: Record<string, unknown>,
) => {
  sequence += 1;
  return {
    specversion: '1.0',
    id: String(sequence),
    source: 'ci.test',
    type: `com.example.${type}`,
    time: new Date(NOW - hoursAgo * HOUR).toISOString(),
    data: { service_id: 'orders', ...data },
  };
};

const deploy = (
  id: string,
  hoursAgo: number,
  data: Record<string, unknown> = {},
) =>
  event('deploy.completed', hoursAgo, {
    deployment_id: id,
    environment: 'production',
    status: 'success',
    ...data,
  });

/** An incident ten hours after d2, a hotfix, a restart, and a place that is unmapped. */
const HISTORY = [
  deploy('d1', 60),
  deploy('d2', 50),
  event('incident.opened', 40, { incident_id: 'i1' }),
  event('incident.resolved', 39, { incident_id: 'i1' }),
  deploy('d3', 20, { kind: 'hotfix' }),
  deploy('d4', 10, { kind: 'restart' }),
  event('change.merged', 32, { commit_sha: 'c'.repeat(40), pr_id: '1' }),
  deploy('b1', 30, { environment: 'blue', commit_sha: 'c'.repeat(40) }),
  deploy('d5', 5, { commit_sha: 'c'.repeat(40) }),
  deploy('s1', 5, { service_id: 'secrets' }),
];

describe('asking what the numbers were with other rules', () => {
  let fourKeys: TestFourKeys;

  beforeAll(async () => {
    fourKeys = await startFourKeys({
      entities: () => [
        component('orders', 'blue'),
        component('secrets', 'red'),
      ],
      permissions: {
        authorize: async requests =>
          requests.map(() => ({ result: AuthorizeResult.ALLOW })),
        authorizeConditional: async requests =>
          requests.map(({ permission }) =>
            permission.name === fourKeysMetricsReadPermission.name
              ? createFourKeysConditionalDecision(
                  fourKeysMetricsReadPermission,
                  fourKeysConditions.isServiceOwner({
                    claims: ['group:default/blue'],
                  }),
                )
              : { result: AuthorizeResult.DENY },
          ),
      },
    });
    await eventually(
      () => fourKeys.knex('service_entities').select('service'),
      rows => rows.length === 2,
      20_000,
    );
    await fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify(HISTORY))
      .expect(202);
    await eventually(
      async () => [
        await fourKeys.knex('deployments').select('id'),
        await fourKeys.knex('dirty').select('id'),
      ],
      ([deployments, dirty]) => deployments.length === 7 && dirty.length === 0,
      20_000,
    );
  });

  afterAll(async () => {
    await fourKeys?.stop();
  });

  const ask = (body: object) =>
    fourKeys.client.post(`${API}/what-if`).send(body);

  const answerOf = async (body: object): Promise<WhatIfAnswer> => {
    const response = await ask(body);
    expect(response.body).toMatchObject({ today: {}, changed: {} });
    expect(response.status).toBe(200);
    return response.body;
  };

  const stored = async () =>
    Promise.all(
      DERIVED.map(async table => [
        table,
        (await fourKeys.knex(table).select())
          .map(row => JSON.stringify(row))
          .sort(),
      ]),
    );

  const window = {
    from: new Date(NOW - 100 * HOUR).toISOString(),
    to: new Date(NOW).toISOString(),
  };

  it.each([
    ['service', { service: 'orders' }],
    ['team', { team: 'blue' }],
    ['everything', {}],
    ['one environment', { service: 'orders', environment: 'blue' }],
  ])(
    'answers the numbers of today twice without rules: %s',
    async (_, scope) => {
      const question = { ...scope, ...window };
      const { today, changed, differences } = await answerOf(question);
      const asked = await fourKeys.client.get(`${API}/metrics`).query(question);
      expect({ ...today, asOf: null }).toEqual({ ...asked.body, asOf: null });
      expect(today.metrics.deploymentFrequency.count).toBeGreaterThan(0);
      expect(changed).toEqual(today);
      expect(differences).toEqual([]);
    },
  );

  it('blames no deployment whose failure window is over', async () => {
    const { today, changed, differences } = await answerOf({
      service: 'component:default/orders',
      ...window,
      rules: { failureWindow: '4h' },
    });
    expect(today.metrics.changeFailureRate.failed).toBe(1);
    expect(changed.metrics.changeFailureRate.failed).toBe(0);
    expect(changed.scope.service).toBe('component:default/orders');
    expect(differences).toEqual([
      {
        service: 'orders',
        environment: 'production',
        id: 'd2',
        finishedAt: new Date(NOW - 50 * HOUR).toISOString(),
        kind: null,
        today: expect.objectContaining({
          counts: true,
          failed: true,
          recoveredAt: new Date(NOW - 39 * HOUR).toISOString(),
        }),
        changed: expect.objectContaining({
          counts: true,
          failed: false,
          recoveredAt: null,
        }),
      },
    ]);
  });

  it('counts deployments and changes where other globs put them', async () => {
    const { today, changed, differences } = await answerOf({
      service: 'orders',
      ...window,
      rules: {
        environments: [{ tier: 'production', match: ['prod*', 'blue'] }],
      },
    });
    expect(today.metrics.leadTime.p50).toBe(27 * 3600);
    expect(changed.metrics.leadTime.p50).toBe(2 * 3600);
    expect(
      differences.map(({ id, ...sides }) => [
        id,
        sides.today.counts && sides.today.changes,
        sides.changed.counts && sides.changed.changes,
      ]),
    ).toEqual([
      ['d5', 1, 0],
      ['b1', false, 1],
    ]);
  });

  it('leaves out the kinds that are excluded, and takes in those that no longer are', async () => {
    const { today, changed, differences, totalDifferences } = await answerOf({
      service: 'orders',
      ...window,
      rules: { excludedKinds: ['hotfix'] },
    });
    expect(today.metrics.deploymentReworkRate).toMatchObject({
      rework: 1,
      count: 4,
    });
    expect(changed.metrics.deploymentReworkRate).toMatchObject({
      rework: 0,
      count: 4,
    });
    expect(totalDifferences).toBe(2);
    expect(
      differences.map(({ id, kind, ...sides }) => [
        id,
        kind,
        sides.today.counts,
        sides.changed.counts,
      ]),
    ).toEqual([
      ['d4', 'restart', false, true],
      ['d3', 'hotfix', true, false],
    ]);
  });

  it('writes nothing that others could see, while the pipeline goes on', async () => {
    const before = await stored();
    const rules = {
      failureWindow: { hours: 1 },
      environments: [{ tier: 'production', match: '*' }],
      excludedKinds: [],
    };
    const [answers, seen] = await Promise.all([
      Promise.all([1, 2, 3].map(() => answerOf({ ...window, rules }))),
      Promise.all([stored(), stored(), stored()]),
    ]);
    expect(answers[1].totalDifferences).toBeGreaterThan(0);
    expect(seen).toEqual([before, before, before]);
    expect(await stored()).toEqual(before);
    const sessions = await fourKeys.knex('pg_class').where({
      relpersistence: 't',
      relname: 'deployments',
    });
    expect(sessions).toEqual([]);
  });

  it('cannot write what is stored, not even when its session is lost', async () => {
    const scratch = await Scratch.create(fourKeys.knex);
    try {
      const clear = () => scratch.write(tx => tx('deployments').delete());
      expect(await clear()).toBe(0);
      await scratch.knex.raw('DROP TABLE pg_temp.deployments');
      await expect(clear()).rejects.toThrow(/read-only transaction/);
    } finally {
      await scratch.destroy();
    }
    expect(await fourKeys.knex('deployments').select('id')).toHaveLength(7);
  });

  it('speaks of visible services only', async () => {
    const { changed, differences } = await answerOf({
      ...window,
      rules: { environments: [] },
    });
    expect(changed.services).toMatchObject({ visible: 1 });
    expect(new Set(differences.map(({ service }) => service))).toEqual(
      new Set(['orders']),
    );
    expect((await ask({ service: 'secrets' })).status).toBe(403);
  });

  it.each([
    [400, 'rules.failureWindow', { rules: { failureWindow: 'soon' } }],
    [
      400,
      'rules.environments[0].tier',
      { rules: { environments: [{ tier: ' ', match: 'a' }] } },
    ],
    [400, 'rules/environments', { rules: { environments: { a: 'b' } } }],
    [400, 'rules.excludedKinds[0]', { rules: { excludedKinds: ['deploy'] } }],
    [400, 'rules.failurewindow', { rules: { failurewindow: '1h' } }],
    [400, 'from', { from: 'yesterday' }],
    [400, 'system', { team: 'blue', system: 'shop' }],
    [404, 'ordrs', { service: 'ordrs' }],
  ])('answers %s naming %s', async (status, name, body) => {
    const answer = await ask(body);
    expect(answer.body.error?.message).toContain(name);
    expect(answer.status).toBe(status);
  });

  it('says which parameter asks too much', async () => {
    await fourKeys.knex.raw(`
      INSERT INTO service_entities (service, updated_at)
      SELECT 'many-' || n, now() FROM generate_series(1, 101) AS n`);
    await fourKeys.knex.raw(`
      INSERT INTO claims (identity, payload, service, kind, "time", source, id, data, received_at)
      SELECT gen_random_uuid(), gen_random_uuid(), 'many-' || n, 'change.merged', now(), 'test', n::text, '{}', now()
      FROM generate_series(1, 101) AS n`);
    const answer = await ask(window);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('invalid_parameter');
    expect(answer.body.error.message).toBe(
      'Parameter service is not given, and there are 103 services, while one request computes 100 anew; ask about fewer',
    );
    await answerOf({ ...window, service: 'orders' });
  });
});

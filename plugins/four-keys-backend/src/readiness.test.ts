import type { PermissionsService } from '@backstage/backend-plugin-api';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  DEFAULT_ANNOTATION_RULES,
  describeViolation,
  fourKeysMetricsReadPermission,
  validateCatalog,
  type ReadinessAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createFourKeysConditionalDecision, fourKeysConditions } from '.';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';

jest.setTimeout(60_000);

const API = '/api/four-keys';

let restricted = false;

/** When restricted, the caller sees what team blue owns. */
const permissions: PermissionsService = {
  authorize: async requests =>
    requests.map(() => ({ result: AuthorizeResult.ALLOW })),
  authorizeConditional: async requests =>
    requests.map(() =>
      restricted
        ? createFourKeysConditionalDecision(
            fourKeysMetricsReadPermission,
            fourKeysConditions.isServiceOwner({
              claims: ['group:default/blue'],
            }),
          )
        : { result: AuthorizeResult.ALLOW },
    ),
};

const complete = {
  'four-keys.dev/runtime': 'nodejs@22',
  'four-keys.dev/deploy-type': 'kubernetes',
  'four-keys.dev/compliance-level': 'low',
  'four-keys.dev/telemetry-key': 'acme/shop',
};

const entity = (
  name: string,
  owner: string,
  annotations: Record<string, string>,
  rest: Partial<AlphaEntity> = {},
): AlphaEntity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default', annotations },
  spec: { type: 'service', owner, lifecycle: 'production', system: 'shop' },
  ...rest,
});

const ENTITIES: AlphaEntity[] = [
  entity('orders', 'blue', {
    ...complete,
    'four-keys.dev/environments': 'staging, Production',
  }),
  entity('basket', 'blue', {
    ...complete,
    'four-keys.dev/deploy-type': 'Kubernets',
    'four-keys.dev/environments': 'staging,production,canary',
  }),
  entity('idle', 'red', complete),
  entity('money', 'red', {
    ...complete,
    'four-keys.dev/deploy-type': 'library',
  }),
  entity('twin', 'red', { ...complete, 'four-keys.dev/service-id': 'idle' }),
  entity(
    'frozen',
    'red',
    { ...complete, 'four-keys.dev/deploy-type': 'library' },
    {
      status: {
        items: [
          {
            type: 'backstage.io/catalog-processing',
            level: 'error',
            message: 'component:default/frozen: four-keys.dev/risk is "huge"',
          },
        ],
      },
    },
  ),
  entity(
    'fraud',
    'data',
    { 'four-keys.dev/model-version': '1' },
    { apiVersion: 'four-keys.dev/v1alpha1', kind: 'MLModel' },
  ),
  entity('gateway', 'red', {}, { kind: 'API' }),
  {
    ...entity('shop', 'red', {}),
    kind: 'System',
    spec: { owner: 'red', domain: 'commerce' },
  },
];

const deployment = (service: string, environment: string, days: number) => ({
  specversion: '1.0',
  id: `${service}-${environment}`,
  source: 'ci.test',
  type: 'com.example.deploy.completed',
  time: new Date(Date.now() - days * 86_400_000).toISOString(),
  data: {
    service_id: service,
    deployment_id: 'd1',
    environment,
    status: 'success',
  },
});

describe('readiness', () => {
  let fourKeys: TestFourKeys;
  let catalogIsAway = false;

  const get = (path: string) => fourKeys.client.get(`${API}${path}`);
  const read = async (query = '') =>
    (await get(`/readiness${query}`)).body as ReadinessAnswer;

  beforeAll(async () => {
    fourKeys = await startFourKeys({
      permissions,
      entities: () => {
        if (catalogIsAway) {
          throw new Error('away');
        }
        return ENTITIES;
      },
    });
    await fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(
        JSON.stringify([
          deployment('orders', 'staging', 1),
          deployment('orders', 'prod', 2),
          deployment('basket', 'staging', 3),
          deployment('basket', 'production', 40),
          deployment('ordres', 'production', 1),
        ]),
      )
      .expect(202);
    await eventually(
      () => read('?service=orders'),
      ({ rows }) => rows?.[0]?.ready,
      20_000,
    );
    await eventually(
      () => read('?problem=unregistered_service'),
      ({ rows }) => rows?.length === 1 && rows[0].lastDeployedAt !== null,
      20_000,
    );
  });

  afterAll(async () => {
    await fourKeys?.stop();
  });

  beforeEach(() => {
    restricted = false;
  });

  it('says of every entity what is to be mended, the most first', async () => {
    const { rows, totals, nextCursor, stale } = await read();
    const told = rows.map(
      ({ entityRef, service, problems }) =>
        `${entityRef ?? service}: ${problems
          .map(one => [one.code, one.environment].filter(Boolean).join(' '))
          .join(', ')}`,
    );
    expect(told).toEqual([
      'component:default/basket: invalid_value, silent_environment production, silent_environment canary',
      'mlmodel:default/fraud: missing_annotation, missing_annotation, missing_annotation',
      'component:default/idle: shared_service_id, no_deployments',
      'component:default/twin: shared_service_id, no_deployments',
      'component:default/frozen: refused_by_catalog',
      'ordres: unregistered_service',
      'component:default/money: ',
      'component:default/orders: ',
    ]);
    expect(totals).toEqual({
      entities: 8,
      ready: 2,
      share: 0.25,
      problems: {
        invalid_value: 1,
        silent_environment: 2,
        missing_annotation: 3,
        shared_service_id: 2,
        no_deployments: 2,
        refused_by_catalog: 1,
        unregistered_service: 1,
      },
    });
    expect({ nextCursor, stale }).toEqual({ nextCursor: null, stale: false });
    const everyProblem = rows.flatMap(row => row.problems);
    for (const problem of everyProblem) {
      expect(problem.docs).toMatch(/^https:/);
      expect(problem.remedy).toMatch(/\.$|\?/);
    }
    const [value, production, canary] = rows[0].problems;
    expect(value.remedy).toContain('Did you mean "kubernetes"?');
    expect(production.message).toMatch(
      /^component:default\/basket was last deployed to production at .*, expected a deployment to production within 30 days\. Let its pipeline run four-keys emit deploy --service basket --environment production/,
    );
    expect(canary.message).toContain('was never deployed to canary');
    expect(rows[5].problems[0].remedy).toMatch(
      /^Did you mean component:default\/orders\?/,
    );
  });

  it('has the very violations of the check that everybody shares', async () => {
    const { rows } = await read();
    const messages = rows
      .flatMap(row => row.problems)
      .map(({ message }) => message);
    const violations = validateCatalog(ENTITIES, DEFAULT_ANNOTATION_RULES);
    expect(violations).not.toEqual([]);
    expect(messages).toEqual(
      expect.arrayContaining(violations.map(describeViolation)),
    );
  });

  it('adds up by team, the one with the most to mend first', async () => {
    const { teams } = await read();
    expect(
      teams.map(({ team, ready, entities }) => [team, ready, entities]),
    ).toEqual([
      ['group:default/red', 1, 4],
      [null, 0, 1],
      ['group:default/blue', 1, 2],
      ['group:default/data', 0, 1],
    ]);
    const [first] = (await read('?team=red')).teams;
    expect(first).toEqual(teams[0]);
  });

  it('answers about an entity, a team, a system, a domain, a kind, and comes in pages', async () => {
    const refs = async (query: string) =>
      (await read(query)).rows.map(row => row.entityRef?.split('/')[1]);
    expect(await refs('?service=component:default/Basket')).toEqual(['basket']);
    expect(await refs('?team=blue')).toEqual(['basket', 'orders']);
    expect(await refs('?domain=commerce&ready=true')).toEqual([
      'money',
      'orders',
    ]);
    expect(await refs('?system=shop&kind=MLModel')).toEqual(['fraud']);
    expect(await refs('?problem=no_deployments')).toEqual(['idle', 'twin']);
    const first = await read('?limit=3');
    const second = await read(`?limit=500&cursor=${first.nextCursor}`);
    expect([...first.rows, ...second.rows]).toEqual((await read()).rows);
    expect(first.totals).toEqual(second.totals);
  });

  it('names the parameter and the way out', async () => {
    const typo = await get('/readiness?team=bleu');
    expect(typo.status).toBe(404);
    expect(typo.body.error).toMatchObject({
      code: 'unknown_scope',
      message: expect.stringContaining('did you mean group:default/blue, '),
    });
    const problem = await get('/readiness?problem=ugly');
    expect(problem.status).toBe(400);
    expect(problem.body.error.message).toContain(
      'use one of unknown_annotation, ',
    );
    expect((await get('/readiness?ready=maybe')).status).toBe(400);
    expect((await get('/readiness?cursor=nonsense')).status).toBe(400);
  });

  it('shows what the caller may see, and says how much that is', async () => {
    restricted = true;
    const { rows, totals, entities, teams } = await read();
    expect(rows.map(row => row.title)).toEqual(['basket', 'orders']);
    expect(totals.entities).toBe(2);
    expect(entities).toEqual({ visible: 2, of: 8 });
    expect(teams).toHaveLength(1);
    expect((await get('/readiness?service=idle')).status).toBe(403);
    expect(fourKeys.audit).toContainEqual({
      eventId: 'access-denied',
      outcome: 'failure',
      meta: {
        permission: 'fourKeys.metrics.read',
        action: 'GET /readiness',
        service: 'idle',
      },
    });
    const typo = await get('/readiness?team=rad');
    expect(typo.body.error.message).not.toContain('red');
  });

  it('goes on with what it knew while the catalog is away, and says so', async () => {
    const before = await read();
    catalogIsAway = true;
    const during = await eventually(
      () => read(),
      ({ stale }) => stale,
      10_000,
    );
    expect(during).toEqual({ ...before, asOf: during.asOf, stale: true });
  });
});

import type { PermissionsService } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  fourKeysEvidenceReadPermission,
  fourKeysMetricsReadPermission,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createFourKeysConditionalDecision, fourKeysConditions } from '.';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';

jest.setTimeout(60_000);

const API = '/api/four-keys';
const DENIED = [
  'fourKeys.evidence.read',
  'fourKeys.incidents.correct',
  'fourKeys.deadLetters.read',
  'fourKeys.deadLetters.replay',
  'fourKeys.pipeline.operate',
];

/** A policy under which the viewer sees the metrics of team blue, and nothing behind them. */
const permissions: PermissionsService = {
  authorize: async requests =>
    requests.map(({ permission }) => ({
      result: DENIED.includes(permission.name)
        ? AuthorizeResult.DENY
        : AuthorizeResult.ALLOW,
    })),
  authorizeConditional: async requests =>
    requests.map(({ permission }) =>
      permission.name === fourKeysMetricsReadPermission.name
        ? createFourKeysConditionalDecision(fourKeysMetricsReadPermission, {
            anyOf: [
              fourKeysConditions.isServiceOwner({
                claims: ['group:default/BLUE'],
              }),
              fourKeysConditions.isInScope({ services: ['legacy'] }),
            ],
          })
        : { result: AuthorizeResult.DENY },
    ),
};

const component = (name: string, owner: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default' },
  spec: { type: 'service', owner, lifecycle: 'production', system: 'shop' },
});

describe('a viewer who may see some services', () => {
  let fourKeys: TestFourKeys;

  beforeAll(async () => {
    fourKeys = await startFourKeys({
      permissions,
      entities: () => [
        component('orders', 'blue'),
        component('basket', 'blue'),
        component('secrets', 'red'),
      ],
    });
    await eventually(
      () => fourKeys.knex('service_entities').select('service'),
      rows => rows.length === 3,
    );
    const events = ['orders', 'basket', 'secrets', 'legacy'].map(service => ({
      specversion: '1.0',
      id: service,
      source: 'ci.test',
      type: 'com.example.deploy.completed',
      time: new Date(Date.now() - 3_600_000).toISOString(),
      data: {
        service_id: service,
        deployment_id: 'd1',
        environment: 'production',
        status: 'success',
      },
    }));
    await fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify(events))
      .expect(202);
  });

  afterAll(async () => {
    await fourKeys?.stop();
  });

  const get = (path: string) => fourKeys.client.get(`${API}${path}`);

  it('pools what is visible and says how much that is', async () => {
    const all = await eventually(
      () => get('/metrics'),
      ({ body }) => body.metrics?.deploymentFrequency.count === 3,
    );
    expect(all.body.services).toEqual({ visible: 3, of: 4 });
    expect(all.body.metrics.deploymentFrequency.count).toBe(3);
    const system = await get('/metrics?system=shop');
    expect(system.body.services).toEqual({ visible: 2, of: 3 });
    expect(system.body.metrics.deploymentFrequency.count).toBe(2);
  });

  it('sees the templates of what is visible', async () => {
    const { status, body } = await get('/templates');
    expect(status).toBe(200);
    expect(body.services).toEqual({ visible: 3, of: 4 });
    expect(body.adoption.services).toEqual({ with: 0, of: 3 });
    const none = await get('/templates/node/comparison?a=1&b=2');
    expect(none.body.error.code).toBe('unknown_scope');
  });

  it('is denied a hidden service, and what it tried is audited', async () => {
    const answer = await get('/metrics?service=secrets');
    expect(answer.status).toBe(403);
    expect(answer.body.error.code).toBe('not_allowed');
    expect(fourKeys.audit).toContainEqual({
      eventId: 'access-denied',
      outcome: 'failure',
      meta: {
        permission: 'fourKeys.metrics.read',
        action: 'GET /metrics',
        service: 'secrets',
      },
    });
  });

  it('does not learn the names of hidden services from a typo', async () => {
    const answer = await get('/metrics?service=secret');
    expect(answer.status).toBe(404);
    expect(answer.body.error.message).not.toContain('secrets');
    const near = await get('/metrics?service=order');
    expect(near.body.error.message).toContain('did you mean');
    expect(near.body.error.message).toContain('orders');
  });

  it.each([
    ['get', '/metrics/leadTime/evidence', fourKeysEvidenceReadPermission.name],
    ['get', '/deployments', fourKeysEvidenceReadPermission.name],
    [
      'get',
      '/deployments/d1?service=orders',
      fourKeysEvidenceReadPermission.name,
    ],
    ['get', '/incidents', fourKeysEvidenceReadPermission.name],
    ['get', '/changes', fourKeysEvidenceReadPermission.name],
    ['get', '/trace/any-id', fourKeysEvidenceReadPermission.name],
    ['get', '/dead-letters', 'fourKeys.deadLetters.read'],
    ['post', '/dead-letters/1/replay', 'fourKeys.deadLetters.replay'],
    ['post', '/incidents/i1/link', 'fourKeys.incidents.correct'],
  ] as const)('is denied %s %s', async (method, path, permission) => {
    fourKeys.audit.length = 0;
    const answer = await fourKeys.client[method](`${API}${path}`).send(
      method === 'post' ? { service: 'orders', deploymentId: null } : undefined,
    );
    expect(answer.status).toBe(403);
    expect(answer.body.error.code).toBe('not_allowed');
    expect(fourKeys.audit).toContainEqual(
      expect.objectContaining({
        eventId: 'access-denied',
        meta: expect.objectContaining({ permission }),
      }),
    );
  });
});

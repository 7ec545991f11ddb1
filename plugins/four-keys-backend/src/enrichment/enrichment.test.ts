import type { Entity } from '@backstage/catalog-model';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import fc from 'fast-check';
import { CatalogIndex } from './catalogIndex';
import { enrich } from './enrich';

const entity = (
  kind: string,
  name: string,
  options: {
    namespace?: string;
    annotations?: Record<string, string>;
    spec?: Entity['spec'];
  } = {},
): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: {
    name,
    namespace: options.namespace ?? 'default',
    annotations: options.annotations,
  },
  spec: options.spec,
});

const index = (entities: Entity[], jiraIncidents = false) =>
  new CatalogIndex(entities, { jiraIncidents });

describe('the entity of a service', () => {
  it('is the one with the service id, else the entity ref, else the unique name', () => {
    const found = index([
      entity('Component', 'basket', {
        annotations: { 'four-keys.dev/service-id': 'orders' },
      }),
      entity('Component', 'orders'),
      entity('Component', 'twin'),
      entity('Component', 'twin', { namespace: 'other' }),
      entity('API', 'orders-api'),
      entity('MLModel', 'churn', {
        annotations: { 'four-keys.dev/service-id': 'churn-model' },
      }),
    ]);
    const refOf = (service: string) => found.resolve(service)?.entityRef;
    expect(refOf('orders')).toBe('component:default/basket');
    expect(refOf('component:default/orders')).toBe('component:default/orders');
    expect(refOf('Component:default/Orders')).toBe('component:default/orders');
    expect(refOf('basket')).toBe('component:default/basket');
    expect(refOf('twin')).toBeUndefined();
    expect(refOf('component:other/twin')).toBe('component:other/twin');
    expect(refOf('orders-api')).toBeUndefined();
    expect(refOf('churn-model')).toBe('mlmodel:default/churn');
    expect(refOf('nobody')).toBeUndefined();
    expect(
      Object.fromEntries(
        [...found.services()].map(([service, { entityRef }]) => [
          entityRef,
          service,
        ]),
      ),
    ).toEqual({
      'component:default/basket': 'orders',
      'component:default/orders': 'component:default/orders',
      'component:default/twin': 'component:default/twin',
      'component:other/twin': 'component:other/twin',
      'mlmodel:default/churn': 'churn-model',
    });
  });

  it('does not depend on the order in which the catalog lists entities', () => {
    const entities = [
      entity('Component', 'a', {
        annotations: { 'four-keys.dev/service-id': 'same' },
      }),
      entity('Component', 'b', {
        annotations: { 'four-keys.dev/service-id': 'same' },
      }),
      entity('Component', 'same'),
      entity('System', 's', { spec: { domain: 'd' } }),
      entity('Component', 'c', { spec: { system: 's' } }),
    ];
    const expected = [...index(entities).services()].sort();
    fc.assert(
      fc.property(
        fc.shuffledSubarray(entities, { minLength: entities.length }),
        shuffled => {
          expect([...index(shuffled).services()].sort()).toEqual(expected);
        },
      ),
    );
  });

  it('brings its holders, with short refs made whole and the domain through the system', () => {
    const found = index([
      entity('System', 'shop', {
        namespace: 'retail',
        spec: { owner: 'x', domain: 'commerce' },
      }),
      entity('Component', 'orders', {
        namespace: 'retail',
        annotations: {
          'four-keys.dev/risk': 'high',
          'four-keys.dev/slo': 'https://example.com/slo',
          'pagerduty.com/service-id': 'P1',
        },
        spec: { owner: 'user:default/Jo', system: 'shop' },
      }),
      entity('Component', 'broken', { spec: { owner: 'group:' } }),
    ]);
    const service = found.resolve('orders');
    expect(service).toEqual({
      entityRef: 'component:retail/orders',
      kind: 'component',
      title: 'orders',
      owner: 'user:default/jo',
      system: 'system:retail/shop',
      domain: 'domain:retail/commerce',
      risk: 'high',
      slo: 'https://example.com/slo',
      incidentSource: true,
    });
    expect(found.resolve('broken')?.owner).toBeNull();

    const event = (service_id: string) => {
      const result = validateEvent({
        specversion: '1.0',
        id: '1',
        source: 's',
        type: 'x.change.created',
        time: '2026-06-10T12:34:56Z',
        data: { service_id, commit_sha: 'abc' },
      });
      if (!result.ok) {
        throw new Error(result.rejection.message);
      }
      return result.event;
    };
    expect(enrich(event('orders'), found)).toEqual({
      entityRef: 'component:retail/orders',
      owner: 'user:default/jo',
      system: 'system:retail/shop',
      domain: 'domain:retail/commerce',
      risk: 'high',
      slo: 'https://example.com/slo',
    });
    expect(enrich(event('nobody'), found)).toBeUndefined();
  });

  it('knows an incident source by the annotation, of Jira only where its incidents come from there', () => {
    const jira = [
      entity('Component', 'a', { annotations: { 'jira/project-key': 'A' } }),
      entity('Component', 'b', {
        annotations: { 'four-keys.dev/incidents': 'rollbacks' },
      }),
    ];
    expect(index(jira).resolve('a')?.incidentSource).toBe(false);
    expect(index(jira, true).resolve('a')?.incidentSource).toBe(true);
    expect(index(jira).resolve('b')?.incidentSource).toBe(true);
  });
});

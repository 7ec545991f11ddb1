import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import { runMigrations } from '../database';
import { Enricher } from './Enricher';

jest.setTimeout(60_000);

const MINUTE = 60_000;

const component = (
  name: string,
  spec: Record<string, string>,
  annotations?: Record<string, string>,
): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default', annotations },
  spec,
});

describe('Enricher', () => {
  let database: TestDatabase;
  let enricher: Enricher;
  let entities: Entity[] | undefined;
  let now = Date.parse('2026-03-01T00:00:00Z');

  beforeAll(async () => {
    database = await createTestDatabase();
    await runMigrations(database.knex);
    enricher = new Enricher({
      knex: database.knex,
      catalog: catalogServiceMock.mock({
        streamEntities: async function* stream() {
          if (!entities) {
            throw new Error('The catalog is away');
          }
          // One page for each: paging must not make a difference.
          for (const entity of entities) {
            yield [entity];
          }
        },
      }),
      auth: mockServices.auth(),
      logger: mockServices.logger.mock(),
      clock: () => now,
      refreshMs: 30_000,
      jiraIncidents: false,
    });
  });

  afterAll(async () => {
    await database?.drop();
  });

  const service = async (name: string) =>
    database.knex('service_entities').where({ service: name }).first();

  const holders = async (name: string, dimension: string) =>
    (
      await database
        .knex('service_holders')
        .where({ service: name, dimension })
        .orderBy('from_time')
    ).map(row => [row.from_time.toISOString(), row.holder]);

  it('writes down who holds a service from when on, and nothing twice', async () => {
    entities = [component('orders', { owner: 'blue' })];
    await enricher.refresh();
    now += MINUTE;
    entities = [component('orders', { owner: 'green', system: 'shop' })];
    await enricher.refresh();
    await enricher.refresh();
    now += MINUTE;
    entities = [component('orders', { owner: 'green' })];
    await enricher.refresh();
    expect(await holders('orders', 'owner')).toEqual([
      ['1970-01-01T00:00:00.000Z', 'group:default/blue'],
      ['2026-03-01T00:01:00.000Z', 'group:default/green'],
    ]);
    // The first system known counts for all that was before, and is none today.
    expect(await holders('orders', 'system')).toEqual([
      ['1970-01-01T00:00:00.000Z', 'system:default/shop'],
      ['2026-03-01T00:02:00.000Z', null],
    ]);
  });

  it('keeps what it knew while the catalog is away', async () => {
    entities = undefined;
    await expect(enricher.refresh()).rejects.toThrow('away');
    expect((await service('orders')).entity_ref).toBe(
      'component:default/orders',
    );
  });

  it('follows a renamed entity by its service id', async () => {
    entities = [
      component(
        'order-service',
        { owner: 'green' },
        { 'four-keys.dev/service-id': 'orders' },
      ),
    ];
    await enricher.refresh();
    expect(await service('orders')).toMatchObject({
      entity_ref: 'component:default/order-service',
      removed_at: null,
    });
    expect(await holders('orders', 'owner')).toHaveLength(2);
  });

  it('takes an entity for removed only when it stays away, and takes it back', async () => {
    entities = [];
    await enricher.refresh();
    now += 4 * MINUTE;
    await enricher.refresh();
    expect((await service('orders')).removed_at).toBeNull();
    now += 2 * MINUTE;
    await enricher.refresh();
    expect((await service('orders')).removed_at).toEqual(new Date(now));
    expect(await holders('orders', 'owner')).toHaveLength(2);

    entities = [component('orders', { owner: 'green' })];
    await enricher.refresh();
    expect(await service('orders')).toMatchObject({
      entity_ref: 'component:default/orders',
      removed_at: null,
    });
  });
});

import type { Entity } from '@backstage/catalog-model';
import { createTransport } from '@four-keys/backstage-plugin-four-keys-node';
import { mockServices } from '@backstage/backend-test-utils';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';

jest.setTimeout(60_000);

const API = '/api/four-keys';
const HOUR = 3_600_000;

const entity = (name: string, owner: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default' },
  spec: { type: 'service', owner, lifecycle: 'production', system: 'shop' },
});

const shop: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'System',
  metadata: { name: 'shop', namespace: 'default' },
  spec: { owner: 'blue', domain: 'retail' },
};

describe('what happens to events after they are accepted', () => {
  let fourKeys: TestFourKeys;
  let entities: Entity[] = [shop, entity('orders', 'blue')];

  beforeAll(async () => {
    fourKeys = await startFourKeys({ entities: () => entities });
  });

  afterAll(async () => {
    await fourKeys?.stop();
  });

  const get = (path: string) => fourKeys.client.get(`${API}${path}`);

  const send = async (
    type: string,
    id: string,
    at: number,
    data: Record<string, unknown>,
  ) => {
    const answer = await fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents+json')
      .send(
        JSON.stringify({
          specversion: '1.0',
          id,
          source: 'ci.test',
          type: `com.example.${type}`,
          time: new Date(at).toISOString(),
          data: { service_id: 'orders', ...data },
        }),
      );
    expect(answer.body).toEqual({ accepted: 1, rejected: [] });
  };

  const deploy = (id: string, at: number, data: object = {}) =>
    send('deploy.completed', id, at, {
      deployment_id: id,
      environment: 'production',
      status: 'success',
      ...data,
    });

  const metric = async (name: string, query: string, wanted: unknown) => {
    const { body } = await eventually(
      () => get(`/metrics?${query}`),
      answer =>
        JSON.stringify(answer.body.metrics?.[name].value) ===
        JSON.stringify(wanted),
    );
    expect(body.metrics?.[name].value ?? body).toEqual(wanted);
    return body;
  };

  it('shows a service under its entity, and lets a person correct which deployment an incident blames', async () => {
    const now = Date.now();
    await deploy('d1', now - 30 * HOUR);
    await deploy('d2', now - 20 * HOUR);
    await send('incident.opened', 'i1', now - 19 * HOUR, { incident_id: 'i1' });
    const body = await metric(
      'changeFailureRate',
      'service=component:default/orders',
      0.5,
    );
    expect(body.scope.service).toBe('component:default/orders');

    const link = (incident: string, correction: object) =>
      fourKeys.client
        .post(`${API}/incidents/${incident}/link`)
        .send({ service: 'component:default/orders', ...correction });
    const corrected = await link('i1', {
      deploymentId: null,
      reason: 'A certificate expired',
    });
    expect(corrected.body).toEqual({ accepted: 1, applied: true });
    expect(corrected.status).toBe(200);
    await metric('changeFailureRate', 'service=orders', 0);
    expect(fourKeys.audit).toContainEqual({
      eventId: 'incident-link',
      outcome: 'success',
      meta: {
        incident: 'i1',
        service: 'component:default/orders',
        deployment: null,
        environment: null,
      },
    });

    const { body: listed } = await get('/incidents?service=orders');
    expect(listed.rows[0]).toMatchObject({
      incidentId: 'i1',
      link: { method: 'corrected', deploymentId: null },
      correction: {
        by: 'user:default/mock',
        reason: 'A certificate expired',
      },
    });

    expect((await link('i1', { deploymentId: 'd1' })).body.applied).toBe(true);
    await metric('changeFailureRate', 'service=orders', 0.5);

    expect((await link('i1', { deploymentId: 'd9' })).body.error.code).toBe(
      'unknown_deployment',
    );
    expect((await link('i9', { deploymentId: null })).body.error.code).toBe(
      'unknown_incident',
    );
    expect((await link('i1', {})).body.error.code).toBe('invalid_request');
  });

  it('keeps what a team did when the service moves to another', async () => {
    const frequency = async (team: string) =>
      (await get(`/metrics?team=${team}`)).body.metrics?.deploymentFrequency
        .count;
    expect(
      await eventually(
        () => frequency('blue'),
        n => n === 2,
      ),
    ).toBe(2);
    expect((await get('/metrics?team=green')).body.error.message).toContain(
      'group:default/green',
    );

    entities = [shop, entity('orders', 'green')];
    const known = await eventually(
      () => get('/metrics?team=green'),
      ({ status }) => status === 200,
    );
    expect(known.status).toBe(200);
    await deploy('d3', Date.now());
    expect(
      await eventually(
        () => frequency('green'),
        n => n === 1,
      ),
    ).toBe(1);
    expect(await frequency('blue')).toBe(2);
    expect(
      (await get('/metrics?domain=retail')).body.metrics.deploymentFrequency
        .count,
    ).toBe(3);

    const holders = await fourKeys
      .knex('service_holders')
      .where({ service: 'orders', dimension: 'owner' })
      .orderBy('from_time');
    expect(holders).toEqual([
      expect.objectContaining({
        holder: 'group:default/blue',
        from_time: new Date(0),
      }),
      expect.objectContaining({ holder: 'group:default/green' }),
    ]);
    const [{ enrichment }] = await fourKeys
      .knex('claims')
      .where({ id: 'd3' })
      .select('enrichment');
    expect(enrichment).toEqual({
      entityRef: 'component:default/orders',
      owner: 'group:default/green',
      system: 'system:default/shop',
      domain: 'domain:default/retail',
    });
  });

  it('puts aside the one record that cannot be stored, and stores it once the cause is mended', async () => {
    await fourKeys.knex.raw(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.id = 'poison' THEN
          RAISE EXCEPTION 'value out of range' USING ERRCODE = '22003';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION refuse();
    `);
    const events = Array.from({ length: 50 }, (_, i) => ({
      specversion: '1.0',
      id: i === 33 ? 'poison' : `good-${i}`,
      source: 'ci.test',
      type: 'com.example.deploy.completed',
      time: new Date(Date.now() - HOUR).toISOString(),
      data: {
        service_id: 'orders',
        deployment_id: `p${i}`,
        environment: 'staging',
        status: 'success',
      },
    }));
    const answer = await fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify(events));
    expect(answer.status).toBe(202);

    const letters = await eventually(
      () => get('/dead-letters'),
      ({ body }) => body.rows?.length === 1,
    );
    expect(letters.body.rows).toEqual([
      expect.objectContaining({
        stage: 'store',
        code: 'not_storable',
        eventId: 'poison',
        eventSource: 'ci.test',
        replayedAt: null,
      }),
    ]);
    expect(JSON.parse(letters.body.rows[0].payload).id).toBe('poison');
    const count = async () =>
      (await get('/metrics?service=orders&environment=staging')).body.metrics
        ?.deploymentFrequency.count;
    expect(await eventually(count, n => n === 49)).toBe(49);

    await fourKeys.knex.raw('DROP TRIGGER refuse ON claims');
    const { id } = letters.body.rows[0];
    const replay = () =>
      fourKeys.client.post(`${API}/dead-letters/${id}/replay`);
    const first = await replay();
    expect(first.status).toBe(200);
    expect(first.body.replayedAt).not.toBeNull();
    expect((await replay()).body).toEqual(first.body);
    expect(await eventually(count, n => n === 50)).toBe(50);
    expect(
      (await fourKeys.client.post(`${API}/dead-letters/99/replay`)).body.error
        .code,
    ).toBe('unknown_dead_letter');
  });

  it('keeps the bytes of what is no event at all', async () => {
    const transport = await createTransport({
      config: mockServices.rootConfig(),
      database: { knex: fourKeys.knex },
      logger: mockServices.rootLogger(),
    });
    const forged = {
      specversion: '1.0',
      id: 'forged',
      source: 'four-keys.api',
      type: 'dev.fourkeys.incident.linked',
      time: new Date().toISOString(),
      data: { service_id: 'orders', incident_id: 'i1', deployment_id: 'd2' },
    };
    const foreign = {
      ...forged,
      id: 'foreign',
      source: 'kafka-connect',
      type: 'dev.fourkeys.change.created',
      data: {
        service_id: 'orders',
        commit_sha: 'f00d',
        initiator: 'bob@example.com',
      },
    };
    await transport.append([
      { key: 'a', value: Buffer.from([0xff, 0x00, 0x7b]) },
      { key: 'b', value: Buffer.from('{"specversion":"1.0"}') },
      { key: 'c', value: Buffer.from(JSON.stringify(forged)) },
      { key: 'd', value: Buffer.from(JSON.stringify(foreign)) },
    ]);
    await transport.close();
    const letters = await eventually(
      () => get('/dead-letters?limit=3'),
      ({ body }) =>
        body.rows?.every(
          (row: { code: string }) => row.code !== 'not_storable',
        ),
    );
    expect(
      letters.body.rows.map((row: { code: string }) => row.code).sort(),
    ).toEqual(['forbidden_type', 'missing_field', 'not_json']);
    const [{ payload }] = await fourKeys
      .knex('dead_letters')
      .where({ code: 'not_json' })
      .select('payload');
    expect(payload).toEqual(Buffer.from([0xff, 0x00, 0x7b]));

    // What another producer wrote is read by the same rules, persons included.
    const [{ envelope }] = await fourKeys
      .knex('events')
      .whereRaw(`envelope->>'id' = 'foreign'`)
      .select('envelope');
    expect(envelope.data.initiator).toMatch(/^hmac:[0-9a-f]{32}$/);

    const { body: health } = await eventually(
      () => get('/pipeline/health'),
      ({ body }) => body.dirtyBacklog === 0,
    );
    expect(health).toMatchObject({
      status: 'degraded',
      transport: 'postgres',
      lag: 0,
      deadLetters: 3,
      dirtyBacklog: 0,
    });
    expect(health.problems.join()).toContain('dead letters');
    expect(health.loopAgeMs).toBeLessThan(10_000);
  });
});

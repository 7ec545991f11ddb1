import { mockCredentials } from '@backstage/backend-test-utils';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';

jest.setTimeout(60_000);

const EVENTS = '/api/four-keys/events';
const BATCH = 'application/cloudevents-batch+json';

const deployment = (id: string, data: object = {}) => ({
  specversion: '1.0',
  id,
  source: 'ci.test',
  type: 'com.example.deploy.completed',
  time: '2026-06-10T12:50:12Z',
  data: {
    service_id: 'orders',
    deployment_id: id,
    environment: 'production',
    status: 'success',
    ...data,
  },
});

describe('POST /events', () => {
  let fourKeys: TestFourKeys;

  beforeAll(async () => {
    fourKeys = await startFourKeys();
  });

  afterAll(async () => {
    await fourKeys?.stop();
  });

  const post = (body: unknown, type = BATCH) =>
    fourKeys.client
      .post(EVENTS)
      .set('Content-Type', type)
      .send(typeof body === 'string' ? body : JSON.stringify(body));

  const stored = async (prefix: string) =>
    Number(
      (
        await fourKeys
          .knex('claims')
          .whereLike('id', `${prefix}%`)
          .count({ count: '*' })
          .first()
      )?.count,
    );

  it('takes events in every mode of the binding, and plain JSON', async () => {
    const structured = await post(
      deployment('mode-1'),
      'application/cloudevents+json; charset=utf-8',
    );
    expect(structured.body).toEqual({ accepted: 1, rejected: [] });
    expect(structured.status).toBe(202);
    expect((await post([deployment('mode-2')])).status).toBe(202);
    expect((await post(deployment('mode-3'), 'application/json')).status).toBe(
      202,
    );
    expect(
      (await post([deployment('mode-4')], 'application/json')).status,
    ).toBe(202);
    await fourKeys.client
      .post('/api/four-keys/Events/')
      .set('Content-Type', BATCH)
      .send(JSON.stringify([deployment('mode-1')]))
      .expect(202);
    const { data, ...attributes } = deployment('mode-5');
    const binary = fourKeys.client
      .post(EVENTS)
      .set('Content-Type', 'application/json');
    for (const [name, value] of Object.entries(attributes)) {
      binary.set(`ce-${name}`, value);
    }
    expect((await binary.send(data)).body).toEqual({
      accepted: 1,
      rejected: [],
    });
    expect(
      await eventually(
        () => stored('mode-'),
        n => n === 5,
      ),
    ).toBe(5);
  });

  it('rejects one bad event of 500 by name and takes the other 499', async () => {
    const events = Array.from({ length: 500 }, (_, i) =>
      deployment(`bulk-${i}`),
    );
    events[321].data.environment = '';
    const answer = await post(events);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({
      accepted: 499,
      rejected: [
        {
          index: 321,
          id: 'bulk-321',
          code: 'missing_field',
          message: expect.stringContaining('data.environment'),
        },
      ],
    });
    expect(
      await eventually(
        () => stored('bulk-'),
        n => n === 499,
      ),
    ).toBe(499);
  });

  const refused: Array<
    [
      input: string,
      status: number,
      code: string,
      ask: () => PromiseLike<{ status: number; body: unknown }>,
    ]
  > = [
    [
      'no token',
      401,
      'unauthenticated',
      () =>
        fourKeys.client
          .post(EVENTS)
          .set('Authorization', mockCredentials.none.header())
          .set('Content-Type', BATCH)
          .send('[]'),
    ],
    ['no JSON', 400, 'not_json', () => post('{"id":')],
    [
      'no UTF-8',
      400,
      'not_json',
      () =>
        fourKeys.client
          .post(EVENTS)
          .set('Content-Type', BATCH)
          .serialize(body => body)
          .send(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    ],
    [
      'another type',
      415,
      'unsupported_media_type',
      () => post('id: 1', 'text/yaml'),
    ],
    [
      'a batch as one event',
      400,
      'invalid_request',
      () => post([deployment('x')], 'application/cloudevents+json'),
    ],
    [
      '501 events',
      413,
      'batch_too_large',
      () =>
        post(Array.from({ length: 501 }, (_, i) => deployment(`many-${i}`))),
    ],
    [
      '17 MiB',
      413,
      'body_too_large',
      () => post(JSON.stringify(['x'.repeat(17 * 1024 * 1024)])),
    ],
    [
      'nothing valid',
      400,
      'all_rejected',
      () => post([{ ...deployment('bad'), id: '' }]),
    ],
  ];

  it.each(refused)(
    'answers %s with %i %s',
    async (_input, status, code, ask) => {
      const answer = await ask();
      expect(answer.body).toMatchObject({
        error: { name: expect.any(String), message: expect.any(String), code },
      });
      expect(answer.status).toBe(status);
    },
  );

  it('lets nobody outside write a correction', async () => {
    const answer = await post([
      {
        ...deployment('linked'),
        type: 'com.example.incident.linked',
        data: { service_id: 'orders', incident_id: 'i', deployment_id: null },
      },
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body.rejected).toEqual([
      expect.objectContaining({ index: 0, code: 'forbidden_type' }),
    ]);
  });

  it('compares what is stored with a rebuild, and mends it when told to', async () => {
    const rebuild = async (verify: boolean) => {
      const answer = await fourKeys.client
        .post('/api/four-keys/pipeline/rebuild')
        .send({ verify });
      expect(answer.status).toBe(200);
      return answer.body;
    };
    await post([deployment('rebuilt')]);
    expect(
      await eventually(
        () => stored('rebuilt'),
        count => count === 1,
        30_000,
      ),
    ).toBe(1);
    const whole = await eventually(
      () => rebuild(true),
      ({ services, pending }) => services > 0 && pending === 0,
      30_000,
    );
    expect(whole).toMatchObject({ pending: 0, drift: [], next: null });
    const rows = fourKeys.knex('deployments').where({ service: 'orders' });
    const [{ id }] = await rows.clone().select('id').limit(1);
    await rows.clone().where({ id }).update({ version: 'tampered' });
    expect((await rebuild(true)).drift).toEqual([
      {
        service: 'orders',
        tables: [
          { table: 'deployments', missing: 0, surplus: 0, different: 1 },
        ],
        examples: [
          {
            table: 'deployments',
            expected: expect.objectContaining({ id, version: null }),
            stored: expect.objectContaining({ id, version: 'tampered' }),
          },
        ],
      },
    ]);
    expect((await rebuild(false)).services).toBeGreaterThan(0);
    expect((await rebuild(true)).drift).toEqual([]);
    expect(fourKeys.audit.map(({ eventId }) => eventId)).toContain('rebuild');
  });

  it('asks every route for a token and answers unknown ones as JSON', async () => {
    const description = await fourKeys.client.get(
      '/api/four-keys/openapi.json',
    );
    expect(description.status).toBe(200);
    expect(description.body.openapi).toBe('3.1.0');
    expect(description.body.servers).toEqual([{ url: '/api/four-keys' }]);
    const routes = Object.entries<Record<string, unknown>>(
      description.body.paths,
    ).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => ({ method, path })),
    );
    expect(routes.length).toBeGreaterThan(10);
    for (const { method, path } of routes) {
      const answer = await fourKeys.client[method as 'get' | 'post'](
        `/api/four-keys${path.replace(/\{.*?\}/g, 'x')}`,
      ).set('Authorization', mockCredentials.none.header());
      expect([method, path, answer.status, answer.body.error?.code]).toEqual([
        method,
        path,
        401,
        'unauthenticated',
      ]);
    }
    const unknown = await fourKeys.client.get('/api/four-keys/metrics/nothing');
    expect(unknown.status).toBe(404);
    expect(unknown.body.error.code).toBe('unknown_route');
  });
});

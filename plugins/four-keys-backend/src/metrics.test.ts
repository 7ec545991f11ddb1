import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';

jest.setTimeout(60_000);

const API = '/api/four-keys';

const CHANGE = {
  specversion: '1.0',
  id: 'evt-1234',
  source: 'backstage.scaffolder',
  type: 'com.company.change.created',
  time: '2026-06-10T12:34:56Z',
  data: {
    commit_sha: 'a1b2c3d4',
    pr_id: 42,
    template_id: 'springboot-service-v2',
    service_id: 'payments-api',
    initiator: 'alice@example.com',
  },
};

const DEPLOYMENT = {
  specversion: '1.0',
  id: 'evt-5678',
  source: 'ci.pipeline',
  type: 'com.company.deploy.completed',
  time: '2026-06-10T12:50:12Z',
  data: {
    pipeline_run_id: 'run-9876',
    deployment_id: 'deploy-5432',
    commit_sha: 'a1b2c3d4',
    service_id: 'payments-api',
    environment: 'staging',
    status: 'success',
  },
};

const JUNE = 'from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z';

describe('from an event to a number', () => {
  let fourKeys: TestFourKeys;

  beforeAll(async () => {
    fourKeys = await startFourKeys();
  });

  afterAll(async () => {
    await fourKeys?.stop();
  });

  const send = (event: object) =>
    fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));

  const get = (path: string) => fourKeys.client.get(`${API}${path}`);

  it('answers the lead time of the contract within two seconds, however often it is sent', async () => {
    const question = `/metrics?service=payments-api&environment=staging&${JUNE}`;
    for (let round = 0; round < 2; round += 1) {
      expect((await send(CHANGE)).status).toBe(202);
      expect((await send(DEPLOYMENT)).status).toBe(202);
      const answer = await eventually(
        () => get(question),
        ({ body }) => body.metrics?.leadTime.value === 916,
      );
      expect(answer.body.metrics.leadTime).toMatchObject({
        status: 'ok',
        value: 916,
        count: 1,
      });
      expect(answer.body.metrics.deploymentFrequency.count).toBe(1);
      expect(answer.body.scope).toEqual({
        service: 'payments-api',
        environment: 'staging',
      });
      expect(answer.body.services).toEqual({ visible: 1, of: 1 });
    }
    await eventually(
      () => get('/pipeline/health'),
      ({ body }) => body.sources?.[0]?.total === 2,
    );
    expect(await fourKeys.knex('claims').select('id').orderBy('id')).toEqual([
      { id: 'evt-1234' },
      { id: 'evt-5678' },
    ]);
  });

  it('shows the rows behind the number, and lists what happened', async () => {
    const scope = `service=payments-api&environment=staging&${JUNE}`;
    const evidence = await get(`/metrics/leadTime/evidence?${scope}`);
    expect(evidence.body).toMatchObject({
      metric: 'leadTime',
      scope: { service: 'payments-api', environment: 'staging' },
      totals: { included: 1, excluded: 0 },
      rows: [{ kind: 'change', id: 'a1b2c3d4', value: 916, excluded: null }],
      nextCursor: null,
    });
    const deployments = await get(`/deployments?${scope}`);
    expect(deployments.body.rows).toEqual([
      expect.objectContaining({
        id: 'deploy-5432',
        status: 'success',
        finishedAt: '2026-06-10T12:50:12.000Z',
        changes: 1,
      }),
    ]);
    const changes = await get(`/changes?${scope}`);
    expect(changes.body.rows).toEqual([
      expect.objectContaining({
        commitSha: 'a1b2c3d4',
        prId: '42',
        leadTime: 916,
        template: 'springboot-service-v2',
      }),
    ]);
    expect((await get(`/incidents?${scope}`)).body.rows).toEqual([]);
  });

  it.each([
    ['service', 'payments-api', 'staging'],
    ['template', 'springboot-service-v2', 'staging'],
    ['environment', 'staging', '*'],
  ])('answers one row per %s', async (dimension, key, environment) => {
    const asked =
      environment === '*' ? JUNE : `${JUNE}&environment=${environment}`;
    const { body } = await get(
      `/metrics/by/${dimension}?${asked}&sort=leadTime&order=desc&limit=10`,
    );
    expect(body).toMatchObject({ dimension, scope: { environment } });
    expect(body.rows).toEqual([expect.objectContaining({ key })]);
    expect(body.rows[0].metrics.leadTime.value).toBe(916);
    expect(body.totalRows).toBe(1);
  });

  it.each([
    ['/metrics?service=payment-api', 404, 'unknown_scope', 'payments-api'],
    [
      '/metrics?template=springboot',
      404,
      'unknown_scope',
      'springboot-service',
    ],
    ['/metrics?team=nobody', 404, 'unknown_scope', 'group:default/nobody'],
    ['/metrics?environment=', 400, 'invalid_request', 'environment'],
    ['/metrics?environment=*', 400, 'invalid_parameter', 'environment'],
    ['/metrics?from=yesterday', 400, 'invalid_parameter', 'from'],
    ['/metrics?from=2020-01-01T00:00:00Z', 400, 'invalid_parameter', 'from'],
    ['/metrics?timezone=Nowhere', 400, 'invalid_parameter', 'timezone'],
    ['/metrics?bucket=year', 400, 'invalid_request', 'bucket'],
    ['/metrics?servce=a', 400, 'invalid_request', 'servce'],
    ['/metrics?service=a&service=b', 400, 'invalid_request', 'service'],
    ['/metrics?team=a&system=b', 400, 'invalid_parameter', 'system'],
    ['/metrics/by/person', 400, 'invalid_request', 'dimension'],
    ['/metrics/happiness/evidence', 400, 'invalid_request', 'metric'],
    ['/metrics/by/service?sort=person', 400, 'invalid_parameter', 'sort'],
    ['/deployments?cursor=bogus', 400, 'invalid_request', 'cursor'],
    ['/dead-letters?cursor=bogus', 400, 'invalid_parameter', 'cursor'],
  ])('refuses %s with %i %s', async (path, status, code, hint) => {
    const answer = await get(path);
    expect(answer.body).toEqual({
      error: {
        name: expect.any(String),
        code,
        message: expect.stringContaining(hint),
      },
    });
    expect(answer.status).toBe(status);
  });

  it('stores no person', async () => {
    const { rows } = await fourKeys.knex.raw(
      `SELECT convert_from(value, 'UTF8') AS text FROM four_keys_log
       UNION ALL SELECT envelope::text FROM events
       UNION ALL SELECT data::text FROM claims`,
    );
    const all = rows.map((row: { text: string }) => row.text).join('\n');
    expect(all).not.toContain('alice');
    expect(all).toMatch(/hmac:[0-9a-f]{32}/);
  });
});

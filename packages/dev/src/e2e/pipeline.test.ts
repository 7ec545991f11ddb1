import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inRepository } from '../repository';
import { eventually, Portal, startPortal } from './portal';

jest.setTimeout(240_000);

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

const STAGING =
  '/api/four-keys/metrics?service=payments-api&environment=staging' +
  '&from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z';

interface Metrics {
  readonly metrics?: {
    readonly leadTime: { status: string; value: number | null; count: number };
    readonly deploymentFrequency: { count: number };
  };
}

describe('an event of a CI job becomes a number', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await startPortal();
  });

  afterAll(() => portal?.stop());

  const send = (body: unknown, token?: string | null) =>
    portal.call('/api/four-keys/events', {
      body,
      token,
      contentType: Array.isArray(body)
        ? 'application/cloudevents-batch+json'
        : 'application/cloudevents+json',
    });
  const ask = async () => (await portal.call(STAGING)).body as Metrics;

  const runCli = (...args: string[][]) =>
    promisify(execFile)(
      process.execPath,
      [inRepository('packages', 'cli', 'bin', 'four-keys'), ...args.flat()],
      {
        env: {
          ...process.env,
          FOUR_KEYS_URL: portal.url,
          FOUR_KEYS_TOKEN: portal.token,
        },
      },
    );

  it('answers 916 seconds within 2 s, and the same when told twice', async () => {
    for (const event of [CHANGE, DEPLOYMENT]) {
      const { status, body } = await send(event);
      expect(body).toEqual({ accepted: 1, rejected: [] });
      expect(status).toBe(202);
    }
    const first = await eventually(
      ask,
      ({ metrics }) => metrics?.leadTime.status === 'ok',
      2_000,
    );
    expect(first.metrics?.leadTime).toMatchObject({ value: 916, count: 1 });
    expect(first.metrics?.deploymentFrequency).toMatchObject({ count: 1 });

    expect((await send([CHANGE, DEPLOYMENT])).status).toBe(202);
    await eventually(
      async () => (await portal.call('/api/four-keys/pipeline/health')).body,
      body => (body as { lag: number }).lag === 0,
    );
    expect((await ask()).metrics).toEqual(first.metrics);
  });

  it('hears the command line of a pipeline, and counts its deployment', async () => {
    const { stdout, stderr } = await runCli(
      ['emit', 'deploy', '--strict', '--service', 'billing-api'],
      ['--environment', 'production', '--status', 'success'],
      ['--commit-sha', 'c0ffee11', '--deployment-id', '2026-06-12.1'],
    );
    expect(`${stdout}${stderr}`).toContain('billing-api');
    const answer = await eventually(
      () => portal.call('/api/four-keys/metrics?service=billing-api'),
      ({ status, body }) =>
        status === 200 &&
        (body as Metrics).metrics?.deploymentFrequency.count === 1,
    );
    expect(answer.status).toBe(200);
  });

  it('lets nobody in without a token, neither to send nor to ask', async () => {
    expect((await send(CHANGE, null)).status).toBe(401);
    expect((await portal.call(STAGING, { token: null })).status).toBe(401);
    expect((await portal.call(STAGING, { token: 'guessed' })).status).toBe(401);
  });

  it('answers a person who signed in as guest', async () => {
    const token = await portal.guestToken();
    expect((await portal.call(STAGING, { token })).status).toBe(200);
  });

  it('says 404 with a reason about a service that it does not know', async () => {
    const answer = await portal.call(
      STAGING.replace('payments-api', 'no-such-service'),
    );
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({
      error: {
        name: 'NotFoundError',
        message: expect.stringContaining('no-such-service'),
      },
    });
  });

  it('takes what is right of a batch and names what is wrong', async () => {
    const answer = await send([
      { ...DEPLOYMENT, id: 'evt-1', time: '2026-06-11T10:00:00Z' },
      { ...DEPLOYMENT, id: 'evt-2', time: 'yesterday' },
    ]);
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual({
      accepted: 1,
      rejected: [
        expect.objectContaining({
          index: 1,
          id: 'evt-2',
          code: 'invalid_time',
          message: expect.stringContaining('time'),
        }),
      ],
    });
  });
});

import { mockApis, registerMswTestHooks } from '@backstage/frontend-test-utils';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import {
  evidenceOf,
  metricsAnswer,
  metricsTable,
  pipelineHealth,
} from '../fixtures';
import type { MetricsQuestion } from './FourKeysApi';
import { FourKeysApiError } from './FourKeysApiError';
import { FourKeysClient } from './FourKeysClient';

const BASE = 'http://localhost/api/four-keys';

const QUESTION: MetricsQuestion = {
  scope: { team: 'group:default/payments', environment: 'staging' },
  from: '2026-04-30T12:00:00.000Z',
  to: '2026-05-30T12:00:00.000Z',
  timezone: 'Europe/Berlin',
  bucket: 'day',
};

describe('FourKeysClient', () => {
  const server = setupServer();
  registerMswTestHooks(server);

  const client = new FourKeysClient({
    discoveryApi: mockApis.discovery({ baseUrl: 'http://localhost' }),
    // The hooks put their own fetch in place only when the tests begin.
    fetchApi: { fetch: (...request) => fetch(...request) },
  });

  const asked = (url: string) => Object.fromEntries(new URL(url).searchParams);

  it('asks what the API is asked, and hands out its answers', async () => {
    const urls: string[] = [];
    const answer = (path: string, body: object) =>
      http.get(`${BASE}${path}`, ({ request }) => {
        urls.push(request.url);
        return HttpResponse.json(body);
      });
    server.use(
      answer('/metrics', metricsAnswer()),
      answer('/metrics/by/service', metricsTable()),
      answer('/metrics/leadTime/evidence', evidenceOf('leadTime')),
      answer('/pipeline/health', pipelineHealth()),
    );

    await expect(client.metrics(QUESTION)).resolves.toEqual(metricsAnswer());
    await expect(
      client.metricsBy('service', QUESTION, {
        sort: 'leadTime',
        order: 'desc',
        offset: 25,
        limit: 25,
      }),
    ).resolves.toEqual(metricsTable());
    await expect(
      client.evidence('leadTime', QUESTION, { cursor: 'next', limit: 50 }),
    ).resolves.toEqual(evidenceOf('leadTime'));
    await expect(client.pipelineHealth()).resolves.toEqual(pipelineHealth());

    const { bucket, ...withoutBucket } = {
      team: 'group:default/payments',
      environment: 'staging',
      from: '2026-04-30T12:00:00.000Z',
      to: '2026-05-30T12:00:00.000Z',
      timezone: 'Europe/Berlin',
      bucket: 'day',
    };
    const question = { ...withoutBucket, bucket };
    expect(urls.map(asked)).toEqual([
      question,
      {
        ...question,
        sort: 'leadTime',
        order: 'desc',
        offset: '25',
        limit: '25',
      },
      { ...withoutBucket, cursor: 'next', limit: '50' },
      {},
    ]);
    await expect(client.eventsUrl()).resolves.toBe(`${BASE}/events`);
  });

  it('rejects with the name, message and code of the answer', async () => {
    server.use(
      http.get(`${BASE}/metrics`, () =>
        HttpResponse.json(
          {
            error: {
              name: 'NotFoundError',
              message: 'There is no team "x"',
              code: 'unknown_scope',
            },
          },
          { status: 404 },
        ),
      ),
    );
    const error = await client.metrics(QUESTION).catch(e => e);
    expect(error).toBeInstanceOf(FourKeysApiError);
    expect(error).toMatchObject({
      name: 'NotFoundError',
      message: 'There is no team "x"',
      code: 'unknown_scope',
      status: 404,
    });
  });

  it('makes sense of what a proxy answers', async () => {
    server.use(
      http.get(
        `${BASE}/pipeline/health`,
        () =>
          new HttpResponse('<html>', {
            status: 502,
            statusText: 'Bad Gateway',
          }),
      ),
    );
    await expect(client.pipelineHealth()).rejects.toMatchObject({
      message: 'The backend answered 502 Bad Gateway',
      code: 'http_502',
    });
  });

  it('gives up when its signal aborts', async () => {
    server.use(
      http.get(`${BASE}/metrics`, () => new Promise<never>(() => undefined)),
    );
    const controller = new AbortController();
    const answer = client.metrics(QUESTION, { signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });
});

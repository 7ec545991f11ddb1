import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import eventsPlugin from '@backstage/plugin-events-backend';
import {
  validateEvent,
  type EventEnvelope,
} from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { createHmac } from 'crypto';
import request from 'supertest';
import { deploymentStatus, push, SHA } from './sources/github/fixtures';
import eventsModuleFourKeys from '.';

jest.setTimeout(60_000);

const PATH = '/api/events/four-keys/github/github.com';

/** Stands where the collector is: keeps what is published, or is away. */
class Collector {
  readonly published: EventEnvelope[] = [];
  away = false;

  readonly factory = createServiceFactory({
    service: fourKeysEventsServiceRef,
    deps: {},
    factory: () => ({
      publish: async (events: readonly EventEnvelope[]) => {
        if (this.away) {
          throw new ServiceUnavailableError('no transport takes events');
        }
        this.published.push(...events);
        return { accepted: events.length, rejected: [] };
      },
    }),
  });
}

const sign = (body: string | Buffer, secret = 'current') =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('the webhook route', () => {
  const collector = new Collector();
  let backend: TestBackend;

  beforeAll(async () => {
    backend = await startTestBackend({
      features: [
        eventsPlugin,
        eventsModuleFourKeys,
        collector.factory,
        mockServices.rootConfig.factory({
          data: {
            fourKeys: {
              events: { typePrefix: 'com.example' },
              sources: [
                {
                  type: 'github',
                  instance: 'github.com',
                  secrets: ['current', 'next'],
                },
                {
                  type: 'github',
                  instance: 'ghe.example.com',
                  secrets: ['other'],
                },
              ],
            },
          },
        }),
      ],
    });
  });

  afterAll(() => backend.stop());

  beforeEach(() => {
    collector.published.length = 0;
    collector.away = false;
  });

  /** Sends bytes as they are, as a vendor does: without Backstage credentials. */
  function deliver(
    body: string | Buffer,
    headers: Record<string, string> = {},
    path = PATH,
  ) {
    const sent = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': sign(body),
      ...headers,
    };
    const post = request(backend.server).post(path);
    for (const [name, value] of Object.entries(sent)) {
      if (value !== '') {
        post.set(name, value);
      }
    }
    return post.serialize(raw => raw).send(body);
  }

  it('stores what a signed webhook says before it answers', async () => {
    const { status, body } = await deliver(JSON.stringify(push));
    expect({ status, body }).toEqual({ status: 202, body: { accepted: 3 } });
    expect(collector.published).toHaveLength(3);
    expect(collector.published[2]).toMatchObject({
      specversion: '1.0',
      source: '/github/github.com',
      type: 'com.example.change.merged',
      id: `acme/payments-api/change/${SHA.merge}`,
    });
    for (const event of collector.published) {
      expect(validateEvent(event)).toMatchObject({ ok: true });
    }
  });

  it('gives a redelivered webhook the same events, and another installation others', async () => {
    const body = JSON.stringify(deploymentStatus);
    const headers = { 'x-github-event': 'deployment_status' };
    await deliver(body, { ...headers, 'x-github-delivery': 'a' });
    await deliver(body, { ...headers, 'x-github-delivery': 'b' });
    await deliver(
      body,
      { ...headers, 'x-hub-signature-256': sign(body, 'other') },
      '/api/events/four-keys/github/ghe.example.com',
    );
    const [first, second, elsewhere] = collector.published;
    expect(second).toEqual(first);
    expect(elsewhere).toEqual({
      ...first,
      source: '/github/ghe.example.com',
    });
  });

  it('takes the signature of any secret of this source, of exactly these bytes', async () => {
    const body = JSON.stringify(push);
    const withSignature = async (signature: string, sent = body) =>
      (await deliver(sent, { 'x-hub-signature-256': signature })).status;
    expect(await withSignature(sign(body, 'next'))).toBe(202);
    expect(await withSignature(sign(body).toUpperCase())).toBe(401);
    expect(await withSignature(sign(body, 'other'))).toBe(401);
    expect(await withSignature('')).toBe(401);
    expect(await withSignature(sign(body).slice(0, -2))).toBe(401);
    expect(await withSignature(`sha1=${sign(body).slice(7)}`)).toBe(401);
    expect(
      await withSignature(sign(body), body.replace('Retry', 'retry')),
    ).toBe(401);
    expect(await withSignature(sign(body), `${body} `)).toBe(401);
    expect(collector.published).toHaveLength(3);

    const { body: answer } = await deliver(body, { 'x-hub-signature-256': '' });
    expect(answer).toEqual({
      error: {
        name: 'AuthenticationError',
        code: 'invalid_signature',
        message: expect.stringContaining('signature is missing'),
      },
    });
  });

  it('asks for redelivery when nothing durable takes the events', async () => {
    collector.away = true;
    const { status, headers, body } = await deliver(JSON.stringify(push));
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('30');
    expect(body.error.code).toBe('unavailable');

    collector.away = false;
    expect((await deliver(JSON.stringify(push))).status).toBe(202);
  });

  it.each([
    ['a ping', 'ping', '{"zen":"x"}', 'ping is not used'],
    ['another branch', 'push', '{"ref":1}', 'the body cannot be read'],
    ['no object', 'push', '[1]', 'the body cannot be read'],
  ])('ignores %s and says why', async (_, event, sent, reason) => {
    const { status, body } = await deliver(sent, { 'x-github-event': event });
    expect(status).toBe(202);
    expect(body.ignored).toContain(reason);
    expect(collector.published).toEqual([]);
  });

  it('answers everything else with a code of its own', async () => {
    const answer = async (response: ReturnType<typeof deliver>) => {
      const { status, body } = await response;
      return `${status} ${body.error.code}`;
    };
    const body = JSON.stringify(push);
    expect(
      await answer(deliver(body, {}, '/api/events/four-keys/github/elsewhere')),
    ).toBe('404 unknown_source');
    expect(
      await answer(
        deliver(body, {}, '/api/events/four-keys/gitlab/github.com'),
      ),
    ).toBe('404 unknown_source');
    expect(
      await answer(
        deliver('payload=%7B%7D', {
          'content-type': 'application/x-www-form-urlencoded',
        }),
      ),
    ).toBe('415 unsupported_media_type');
    expect(await answer(deliver(body, { 'content-encoding': 'gzip' }))).toBe(
      '415 unsupported_media_type',
    );
    expect(await answer(deliver('{"ref":'))).toBe('400 not_json');
    expect(await answer(deliver(Buffer.from([0x22, 0xff, 0x22])))).toBe(
      '400 not_json',
    );
    expect(collector.published).toEqual([]);
  });

  it('reads up to 25 MiB, as much as GitHub sends, and not a byte more', async () => {
    const limit = 25 * 1024 * 1024;
    const body = JSON.stringify(push);
    const large = Buffer.alloc(limit, ' ');
    large.write(body);
    expect((await deliver(large)).status).toBe(202);
    const { status, body: answer } = await deliver(
      Buffer.concat([large, Buffer.from(' ')]),
    );
    expect(status).toBe(413);
    expect(answer.error.code).toBe('body_too_large');
    expect(collector.published).toHaveLength(3);
  });

  it('opens no other path of the events plugin', async () => {
    const { status } = await request(backend.server)
      .post('/api/events/bus/v1/events')
      .set('authorization', 'Bearer none')
      .send({});
    expect(status).toBe(401);
  });
});

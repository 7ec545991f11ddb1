import http from 'http';
import type { AddressInfo } from 'net';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ServiceFactoryTester } from '@backstage/backend-test-utils';
import { createFourKeysEvent } from './createFourKeysEvent';
import { parseHttpEvents } from './parseHttpEvents';
import { type EventInput, fourKeysEventsServiceRef } from './service';

interface Call {
  readonly events: Array<{ id: string }>;
  readonly authorization: string | undefined;
}

type Answer = (call: Call, response: http.ServerResponse) => void;

const eventOf = (n: number, padding = ''): EventInput =>
  createFourKeysEvent({
    kind: 'change.created',
    source: '/tests',
    id: `event-${n}`,
    time: 0,
    data: { service_id: 'shop', commit_sha: `a${n}`, padding } as never,
  });

const eventsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => eventOf(n));

const json = (
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers = {},
) => {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
  });
  response.end(JSON.stringify(body));
};

const accept: Answer = ({ events }, response) =>
  json(response, 202, { accepted: events.length, rejected: [] });

/** A collector on loopback that answers by script, the last answer for good. */
class Collector {
  readonly calls: Call[] = [];
  readonly #server: http.Server;
  #script: Answer[] = [accept];

  constructor() {
    this.#server = http.createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const call = {
        events: parseHttpEvents(
          request.headers,
          Buffer.concat(chunks),
        ) as Call['events'],
        authorization: request.headers.authorization,
      };
      this.calls.push(call);
      const answer = this.#script.length > 1 ? this.#script.shift() : undefined;
      (answer ?? this.#script[0])(call, response);
    });
  }

  plays(...script: Answer[]) {
    this.calls.length = 0;
    this.#script = script;
  }

  async start(): Promise<string> {
    await new Promise<void>(resolve =>
      this.#server.listen(0, '127.0.0.1', resolve),
    );
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

describe('fourKeysEventsServiceRef', () => {
  const collector = new Collector();
  let baseUrl: string;

  beforeAll(async () => {
    baseUrl = await collector.start();
  });
  afterAll(() => collector.stop());

  const anyFactory = createServiceFactory({
    service: createServiceRef<object>({ id: 'any' }),
    deps: {},
    factory: () => ({}),
  });

  const serviceAt = (url: string) =>
    ServiceFactoryTester.from(anyFactory, {
      dependencies: [
        createServiceFactory({
          service: coreServices.discovery,
          deps: {},
          factory: () => {
            const of = async (plugin: string) => `${url}/api/${plugin}`;
            return { getBaseUrl: of, getExternalBaseUrl: of };
          },
        }),
      ],
    }).getService(fourKeysEventsServiceRef, 'scaffolder');

  it('sends batches of 500 in order, as the plugin that publishes', async () => {
    collector.plays(accept);
    const service = await serviceAt(baseUrl);
    expect(await service.publish(eventsOf(1101))).toEqual({
      accepted: 1101,
      rejected: [],
    });
    expect(collector.calls.map(({ events }) => events.length)).toEqual([
      500, 500, 101,
    ]);
    expect(
      collector.calls.flatMap(({ events }) => events.map(({ id }) => id)),
    ).toEqual(eventsOf(1101).map(({ id }) => id));
    expect(collector.calls[0].authorization).toMatch(/^Bearer .*scaffolder/);

    expect(await service.publish([])).toEqual({ accepted: 0, rejected: [] });
    expect(collector.calls).toHaveLength(3);
  });

  it('answers rejected events by their place in the input, its own and those of the collector', async () => {
    const rejecting: Answer = ({ events }, response) => {
      const index = events.findIndex(({ id }) => id === 'event-3');
      json(response, 207, {
        accepted: events.length - 1,
        rejected: [
          { index, id: 'event-3', code: 'time_in_future', message: 'time is' },
        ],
      });
    };
    collector.plays(rejecting);
    const service = await serviceAt(baseUrl);
    const events = eventsOf(5);
    const { id, ...withoutId } = events[1];
    const answer = await service.publish([
      events[0],
      withoutId as EventInput,
      { ...events[2], data: { padding: 'x'.repeat(300 * 1024) } },
      events[3],
      events[4],
    ]);
    expect(answer).toEqual({
      accepted: 2,
      rejected: [
        expect.objectContaining({ index: 1, id: null, code: 'missing_field' }),
        expect.objectContaining({ index: 2, code: 'event_too_large' }),
        expect.objectContaining({ index: 3, code: 'time_in_future' }),
      ],
    });

    collector.plays(({ events: sent }, response) =>
      json(response, 400, {
        accepted: 0,
        rejected: sent.map((event, index) => ({
          index,
          id: event.id,
          code: 'forbidden_type',
          message: 'type',
        })),
        error: { name: 'InputError', message: 'all', code: 'all_rejected' },
      }),
    );
    expect(await service.publish(events.slice(0, 2))).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0 }, { index: 1 }],
    });
  });

  it('goes on trying, and waits as long as it is asked to', async () => {
    collector.plays(
      (_, response) => response.destroy(),
      (_, response) => json(response, 503, {}, { 'retry-after': '1' }),
      (_, response) =>
        json(response, 429, {}, { 'retry-after': new Date(0).toUTCString() }),
      accept,
    );
    const service = await serviceAt(baseUrl);
    const started = Date.now();
    expect(await service.publish(eventsOf(3))).toMatchObject({ accepted: 3 });
    expect(collector.calls).toHaveLength(4);
    expect(Date.now() - started).toBeGreaterThan(1_000);
    expect(
      new Set(collector.calls.map(c => JSON.stringify(c.events))).size,
    ).toBe(1);
  }, 20_000);

  it('is loud when the collector stays away, in the time that it has', async () => {
    collector.plays((_, response) => json(response, 503, {}));
    const service = await serviceAt(baseUrl);
    const started = Date.now();
    await expect(
      service.publish(eventsOf(2), { timeoutMs: 1_000 }),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('2 events'),
    });
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(collector.calls.length).toBeGreaterThan(1);

    collector.plays((_, response) =>
      json(response, 503, {}, { 'retry-after': '3600' }),
    );
    await expect(service.publish(eventsOf(2))).rejects.toThrow('tried 1 times');

    const nowhere = await serviceAt('http://127.0.0.1:9');
    await expect(
      nowhere.publish(eventsOf(1), { timeoutMs: 300 }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  }, 20_000);

  it('gives up on a collector that accepts the call and never answers', async () => {
    collector.plays(() => {});
    const service = await serviceAt(baseUrl);
    await expect(
      service.publish(eventsOf(1), { timeoutMs: 500 }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });

    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('cancelled')), 50);
    await expect(
      service.publish(eventsOf(1), { signal: controller.signal }),
    ).rejects.toThrow('cancelled');
  }, 20_000);

  it('does not repeat what is refused as such', async () => {
    collector.plays((_, response) =>
      json(response, 403, {
        error: { name: 'NotAllowedError', message: 'no' },
      }),
    );
    const service = await serviceAt(baseUrl);
    await expect(service.publish(eventsOf(1))).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 403,
    });
    expect(collector.calls).toHaveLength(1);
  });

  it('finds the size of request that gets through', async () => {
    collector.plays((call, response) =>
      call.events.length > 2 || call.events.some(({ id }) => id === 'event-4')
        ? json(response, 413, {})
        : accept(call, response),
    );
    const service = await serviceAt(baseUrl);
    expect(await service.publish(eventsOf(9))).toEqual({
      accepted: 8,
      rejected: [
        expect.objectContaining({
          index: 4,
          id: 'event-4',
          code: 'event_too_large',
        }),
      ],
    });
  });

  it('gathers what many publish at once, in order, and tells each about its own', async () => {
    collector.plays(({ events }, response) => {
      const rejected = events.flatMap(({ id }, index) =>
        id === 'event-13'
          ? [{ index, id, code: 'forbidden_type', message: 'type' }]
          : [],
      );
      const accepted = events.length - rejected.length;
      setTimeout(() => json(response, 207, { accepted, rejected }), 50);
    });
    const service = await serviceAt(baseUrl);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        service.publish([eventOf(2 * n), eventOf(2 * n + 1)]),
      ),
    );
    expect(collector.calls.length).toBeLessThan(5);
    expect(
      collector.calls.flatMap(({ events }) => events.map(({ id }) => id)),
    ).toEqual(eventsOf(80).map(({ id }) => id));
    expect(answers.map(({ accepted }) => accepted)).toEqual(
      answers.map((_, n) => (n === 6 ? 1 : 2)),
    );
    expect(answers.flatMap(({ rejected }) => rejected)).toEqual([
      expect.objectContaining({ index: 1, id: 'event-13' }),
    ]);
  });

  it('lets nobody pay for what another one publishes, or waits for', async () => {
    collector.plays((call, response) =>
      call.events.some(({ id }) => id === 'event-5')
        ? json(response, 500, { error: { name: 'Error', message: 'no' } })
        : accept(call, response),
    );
    const service = await serviceAt(baseUrl);
    const outcomes = await Promise.allSettled(
      eventsOf(12).map(event => service.publish([event])),
    );
    expect(
      outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : [])),
    ).toEqual([5]);
    expect(outcomes[5]).toMatchObject({ reason: { statusCode: 500 } });

    collector.plays((call, response) => {
      setTimeout(() => accept(call, response), 1_500);
    });
    const patient = service.publish([eventOf(1)], { timeoutMs: 20_000 });
    const started = Date.now();
    await expect(
      service.publish([eventOf(2)], { timeoutMs: 200 }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    expect(Date.now() - started).toBeLessThan(1_400);
    expect(await patient).toEqual({ accepted: 1, rejected: [] });
  }, 30_000);

  it('fills no request beyond what the collector takes', async () => {
    collector.plays(accept);
    const service = await serviceAt(baseUrl);
    await Promise.all(
      Array.from({ length: 8 }, () => service.publish(eventsOf(150))),
    );
    const sizes = collector.calls.map(({ events }) => events.length);
    expect(Math.max(...sizes)).toBe(450);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1_200);

    collector.plays(accept);
    const large = eventOf(1, 'x'.repeat(200 * 1024));
    await Promise.all(
      Array.from({ length: 25 }, () => service.publish([large])),
    );
    expect(collector.calls.map(({ events }) => events.length)).toEqual([20, 5]);
  }, 30_000);
});

import { ConfigReader } from '@backstage/config';
import {
  testContext,
  VendorServer,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { pagerdutySource } from '.';
import { apiAt, imported } from '../__testUtils__/imported';
import { incidentEvent } from './fixtures';

const ID = 'PGR0VU2';
const OLD = { id: 'POLD001', summary: 'orders-api' };
const NEW = { id: 'PF9KMXH', summary: 'payments-api' };

const entry = (type: string, created_at: string, service = NEW) => ({
  type: `${type}_log_entry`,
  created_at,
  service,
  incident: { id: ID, summary: '[#2] Payments are slow' },
});

/** An incident that moved, ended, came back, and ended again. */
const LOG = [
  entry('trigger', '2026-06-10T12:00:00Z', OLD),
  entry('assign', '2026-06-10T12:00:00Z', OLD),
  entry('escalate', '2026-06-10T12:10:00Z'),
  entry('resolve', '2026-06-10T13:00:00Z'),
  entry('notify', '2026-06-10T13:00:02Z'),
  entry('assign', '2026-06-10T14:00:00Z'),
  entry('resolve', '2026-06-10T15:00:00Z'),
  entry('annotate', '2026-06-10T16:00:00Z'),
];

const told = (verb: string, occurred_at: string, service = NEW) =>
  incidentEvent(`incident.${verb}`, { service }, { occurred_at });

/** The same as PagerDuty's webhooks tell it, which know fractions of a second. */
const WEBHOOKS = [
  told('triggered', '2026-06-10T12:00:00.812Z', OLD),
  told('service_updated', '2026-06-10T12:10:00.300Z'),
  told('resolved', '2026-06-10T13:00:00.100Z'),
  told('reopened', '2026-06-10T14:00:00.000Z'),
  told('resolved', '2026-06-10T15:00:00.999Z'),
];

describe('what PagerDuty remembers', () => {
  const server = new VendorServer();
  let log: object[];
  let total: (since: string, until: string) => number;
  const source = pagerdutySource.fromConfig(
    new ConfigReader({ secrets: ['s'], api: { token: 't' } }),
    { ...testContext, canLookUp: false },
  );

  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => {
    server.calls.length = 0;
    log = LOG;
    total = () => log.length;
    server.answer = ({ path }) => {
      const { pathname, searchParams } = new URL(path, server.url);
      const offset = Number(searchParams.get('offset'));
      if (pathname === '/log_entries') {
        const [since, until] = ['since', 'until'].map(
          name => searchParams.get(name) ?? '',
        );
        const within = LOG.filter(
          one => one.created_at >= since && one.created_at < until,
        ).reverse();
        return {
          body: {
            log_entries: within.slice(offset, offset + 100),
            more: within.length > offset + 100,
            total: total(since, until),
          },
        };
      }
      if (pathname === `/incidents/${ID}/log_entries`) {
        // Pages are smaller than asked for, to have several.
        return {
          body: {
            log_entries: log.slice(offset / 20, offset / 20 + 5),
            more: log.length > offset / 20 + 5,
          },
        };
      }
      return pathname === `/incidents/${ID}`
        ? {
            body: {
              incident: {
                ...incidentEvent('').event.data,
                status: 'resolved',
                service: NEW,
              },
            },
          }
        : undefined;
    };
  });

  it('is what its webhooks told, and no second event', async () => {
    const { events } = await imported(source, server.url);
    const live = WEBHOOKS.map(body => source.map({}, body)).flatMap(result =>
      'events' in result ? result.events : [],
    );
    const answers = await Promise.all(
      WEBHOOKS.map(body => source.map({}, body))
        .flatMap(result => ('lookups' in result ? result.lookups ?? [] : []))
        .map(({ question }) => source.lookUp!(question, apiAt(server.url))),
    );
    const all = [
      ...live,
      ...answers.flatMap(one => ('events' in one ? one.events : [])),
    ];
    const seconds = (list: typeof all) =>
      list
        .map(event => ({ ...event, time: event.time.slice(0, 19) }))
        .sort((a, b) => a.id.localeCompare(b.id));
    expect(all).toHaveLength(6);
    expect(seconds(events)).toEqual(seconds(all));
    expect(events.find(({ id }) => id.includes('/left/'))).toMatchObject({
      kind: 'incident.resolved',
      data: { service_id: 'orders-api', external: true },
    });
    expect(JSON.stringify(events)).not.toMatch(/mona/i);
  });

  it('is asked for in windows that hold no more than it lists, and only once per incident', async () => {
    const day = 86_400_000;
    total = (since, until) =>
      Date.parse(until) - Date.parse(since) > day ? 10_001 : 3;
    const { events, cursors } = await imported(source, server.url);
    expect(events).toHaveLength(6);
    expect(cursors.length).toBeGreaterThan(20);
    expect(cursors.at(-1)).toBe('done:');
    const asked = server.calls.filter(
      ({ path }) => path === `/incidents/${ID}`,
    );
    expect(asked).toHaveLength(1);
    // From where it stopped it goes on, and asks for nothing before it.
    server.calls.length = 0;
    await imported(source, server.url, { cursor: cursors.at(-3) });
    expect(server.calls.length).toBeLessThan(4);
  });

  it('tells of an incident that began before it was asked for only what happened then', async () => {
    const { events } = await imported(source, server.url, {
      since: Date.UTC(2026, 5, 10, 14, 30),
    });
    expect(events.map(({ id }) => id)).toEqual([
      `incident/${ID}/resolved/${Date.UTC(2026, 5, 10, 15) / 1000}`,
    ]);
  });

  it('needs a key, without which a moved incident is not asked about', () => {
    const silent = pagerdutySource.fromConfig(
      new ConfigReader({ secrets: ['s'] }),
      { ...testContext, canLookUp: false },
    );
    expect(silent.importFrom).toBeUndefined();
    expect(silent.map({}, WEBHOOKS[1])).not.toHaveProperty('lookups');
  });
});

import type { BenchEvent } from '../../bench/events';
import { CLOCK_AHEAD, LATE_IS_IGNORED } from '../controls';
import { toMessage } from '../traffic';
import type { World } from '../world';
import type { Scenario } from './types';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Told of one thing once only, so that its name will do for an id. */
function event(
  type: string,
  time: number | string,
  data: Readonly<Record<string, unknown>>,
): BenchEvent {
  return {
    specversion: '1.0',
    id: `${type} ${data.deployment_id ?? data.incident_id}`,
    source: 'chaos',
    type: `dev.fourkeys.${type}`,
    time: typeof time === 'string' ? time : new Date(time).toISOString(),
    data,
  };
}

const deployment = (
  service_id: string,
  deployment_id: string,
  time: number | string,
  more: object = {},
) =>
  event('deploy.completed', time, {
    service_id,
    deployment_id,
    environment: 'production',
    status: 'success',
    ...more,
  });

const SERVICES = Array.from({ length: 8 }, (_, n) => `late-${n}`);
const LONG_AGO = 400 * DAY;

/** When a record was written that the topic gives again, in a month of which raw events are dropped. */
const READ_AGAIN = 200 * DAY;

const tellAll = (world: World, events: readonly BenchEvent[], at?: number) =>
  world.traffic.tell(
    events.map(one => ({ ...toMessage(one), timestamp: at?.toString() })),
    { events: events.length },
  );

const monthOf = (at: number) =>
  `events_${new Date(at).toISOString().slice(0, 7).replace('-', '_')}`;

export const late: Scenario = {
  name: 'late',
  title:
    'Events of last year, incidents that blame old deployments, records of a month that was dropped',
  ci: false,
  control: LATE_IS_IGNORED,
  run: async world => {
    const now = Date.now();
    const readAgain = now - READ_AGAIN;
    // Times of producers, as an operator's own topic may have them.
    await world.configureTopic({ 'message.timestamp.type': 'CreateTime' });
    await Promise.all([world.member(), world.member()]);
    await tellAll(
      world,
      SERVICES.flatMap(service => [
        deployment(service, `${service}-new`, now - 2 * DAY),
        event('incident.opened', now - DAY, {
          service_id: service,
          incident_id: `${service}-incident`,
          cause: { deployment_id: `${service}-old` },
        }),
      ]),
    );
    await tellAll(
      world,
      SERVICES.map(service =>
        deployment(service, `${service}-older`, now - LONG_AGO - DAY),
      ),
      readAgain,
    );
    await world.untilRead();
    await world.dropMonth(monthOf(readAgain));
    await tellAll(
      world,
      world.random.shuffle(
        SERVICES.map(service =>
          deployment(service, `${service}-old`, now - LONG_AGO),
        ),
      ),
      readAgain,
    );
    world.faultIsOver();
  },
  alsoHolds: async ({ knex }) => {
    const blamed = await knex('incidents as i')
      .join('deployments as d', {
        'd.service': 'i.link_service',
        'd.environment': 'i.link_environment',
        'd.id': 'i.link_deployment_id',
      })
      .where({ 'i.link_method': 'explicit', 'd.failed': true })
      .whereLike('d.id', '%-old')
      .count({ n: '*' });
    const found = Number(blamed[0].n);
    return found === SERVICES.length
      ? []
      : [`${found} of ${SERVICES.length} old deployments are blamed`];
  },
};

const withoutZone = (at: number) => new Date(at).toISOString().slice(0, -1);

/** Clocks that are wrong, and the code under which such an event is refused. */
const CLOCKS: ReadonlyArray<{
  readonly code?: string;
  readonly make: (service: string, id: string, now: number) => BenchEvent;
}> = [
  { make: (s, id, now) => deployment(s, id, now) },
  { make: (s, id, now) => deployment(s, id, now + 9 * MINUTE) },
  { make: (s, id, now) => deployment(s, id, now - HOUR) },
  { make: (s, id, now) => deployment(s, id, now - DAY) },
  { make: (s, id) => deployment(s, id, 0) },
  {
    // It finished before it started.
    make: (s, id, now) =>
      deployment(s, id, now, {
        started_at: new Date(now).toISOString(),
        finished_at: new Date(now - DAY).toISOString(),
      }),
  },
  {
    code: 'time_in_future',
    make: (s, id, now) => deployment(s, id, now + HOUR),
  },
  {
    code: 'time_in_future',
    make: (s, id, now) => deployment(s, id, now + DAY),
  },
  {
    code: 'time_in_future',
    make: (s, id) => deployment(s, id, '2099-12-31T23:59:59Z'),
  },
  {
    code: 'time_in_future',
    make: (s, id, now) =>
      deployment(s, id, now, { finished_at: '2099-12-31T23:59:59Z' }),
  },
  {
    code: 'invalid_time',
    make: (s, id, now) => deployment(s, id, withoutZone(now)),
  },
  {
    code: 'invalid_time',
    make: (s, id, now) =>
      deployment(s, id, now, {
        commits: [{ sha: 'abc', committed_at: withoutZone(now) }],
      }),
  },
];

export const clock: Scenario = {
  name: 'clock',
  title:
    'Clocks an hour, a day and decades off, times without a zone, a collector whose clock is slow',
  ci: false,
  control: CLOCK_AHEAD,
  run: async world => {
    const { traffic, random } = world;
    await Promise.all([
      world.member(),
      world.member(undefined, { clockAheadMs: -HOUR }),
    ]);
    for (let n = 0; n < 40; n += 1) {
      const now = Date.now();
      const { code, make } = CLOCKS[n % CLOCKS.length];
      const message = toMessage(
        make(`skewed-${n % 7}`, `deployment-${n}`, now),
      );
      // The clock of the machine that writes the record is off as well.
      const timestamp = String(now + random.pick([0, -now, DAY, -HOUR]));
      await traffic.tell(
        [{ ...message, timestamp }],
        code ? { letters: { [code]: 1 } } : { events: 1 },
      );
      await traffic.send(random.between(5, 10));
    }
    world.faultIsOver();
  },
};

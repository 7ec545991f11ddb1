import type { BenchEvent } from '../../bench/events';
import { ARRIVAL_DECIDES, LAST_WINS } from '../controls';
import { DERIVED } from '../oracle';
import { toMessage } from '../traffic';
import type { World } from '../world';
import type { Scenario } from './types';

/** So few that every one has a history in which the order could matter. */
const SERVICES = 5;
const TWIN = '-twin';

function inFewServices(event: BenchEvent): BenchEvent {
  const [number] = /\d+$/.exec(String(event.data.service_id)) ?? ['0'];
  const service_id = `ordered-${Number(number) % SERVICES}`;
  return { ...event, data: { ...event.data, service_id } };
}

function twinOf(event: BenchEvent): BenchEvent {
  const service_id = `${event.data.service_id}${TWIN}`;
  return { ...event, id: event.id + TWIN, data: { ...event.data, service_id } };
}

/** Derived rows that one of the twins has and the other has not. */
async function differences({ knex }: World): Promise<string[]> {
  const found: string[] = [];
  for (const table of DERIVED) {
    const { rows } = await knex.raw<{ rows: Array<{ n: string }> }>(
      `SELECT count(*) AS n FROM (
         SELECT 1 FROM ?? t
         GROUP BY replace((to_jsonb(t) - 'fingerprint')::text, '${TWIN}', '')
         HAVING count(*) FILTER (WHERE service LIKE '%${TWIN}') * 2 <> count(*)
       ) AS odd`,
      [table],
    );
    if (Number(rows[0].n) > 0) {
      found.push(`${rows[0].n} ${table} depend on the order of the events`);
    }
  }
  return found;
}

export const permutation: Scenario = {
  name: 'permutation',
  title:
    'The same events in the order of what happened and, of twins of the services, in any other',
  ci: false,
  control: ARRIVAL_DECIDES,
  run: async world => {
    const { traffic, random, partitions } = world;
    await Promise.all([world.member(), world.member()]);
    const ordered = traffic.make(400).map(inFewServices);
    await traffic.tell(ordered.map(toMessage), { events: ordered.length });
    const twins = random.shuffle(ordered.map(twinOf));
    for (let n = 0; n < twins.length; n += 40) {
      const some = twins.slice(n, n + 40).map(event => ({
        ...toMessage(event),
        partition: random.between(0, partitions - 1),
      }));
      await traffic.tell(some, { events: some.length });
    }
    world.faultIsOver();
  },
  alsoHolds: differences,
};

const OTHER_TALE = 'https://example.org/another-tale';

const contradict = (event: BenchEvent): BenchEvent => ({
  ...event,
  data: { ...event.data, url: OTHER_TALE },
});

export const conflicts: Scenario = {
  name: 'conflicts',
  title:
    'Other payloads under identities that are taken, before and after a collector is killed',
  ci: false,
  control: LAST_WINS,
  run: async world => {
    const { traffic, random } = world;
    const told: BenchEvent[] = [];
    const tell = async () => {
      const fresh = traffic.make(40);
      const others = [...told, ...fresh]
        .filter(() => random.next() < 0.2)
        .map(contradict);
      told.push(...fresh);
      // The first comes first: one key is one partition.
      await traffic.tell([...fresh, ...others].map(toMessage), {
        events: fresh.length,
        conflicts: others.length,
      });
    };
    await tell();
    const dying = await world.member(`stored:${random.between(1, 2)}`);
    await tell();
    // It dies with a batch, which needs something to read.
    await traffic.during(async () => {
      await dying.exited;
    });
    await Promise.all([world.member(), world.member()]);
    for (let n = 0; n < 4; n += 1) {
      await tell();
    }
    world.faultIsOver();
  },
  alsoHolds: async ({ knex }) => {
    const { rows } = await knex.raw<{ rows: Array<{ n: string }> }>(
      `SELECT (SELECT count(*) FROM claims WHERE data->>'url' = :url)
         + (SELECT count(*) FROM events WHERE envelope->'data'->>'url' = :url) AS n`,
      { url: OTHER_TALE },
    );
    return Number(rows[0].n) === 0
      ? []
      : [`${rows[0].n} rows tell what was told second`];
  },
};

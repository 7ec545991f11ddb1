import { ConfigReader } from '@backstage/config';
import { describeWithKafka } from '@four-keys/dev';
import { eventually, recordsOf, textOf } from '../../testing/tools';
import { createTransport } from '../createTransport';
import type { Transport } from '../port';
import {
  PATIENCE_MS,
  sharedBroker,
  stopSharedBroker,
  TestKafka,
} from './__testUtils__/TestKafka';
import { RELAY_GROUP } from './SpillingTransport';

jest.setTimeout(120_000);

const LONG_MS = 60_000;
const KEYS = ['a', 'b', 'c'];

describeWithKafka('while Kafka is away', () => {
  let kafka: TestKafka;
  const opened: Transport[] = [];

  const open = async (more: object = {}) => {
    const transport = await createTransport({
      config: new ConfigReader({
        fourKeys: {
          transport: 'kafka',
          kafka: {
            brokers: [kafka.server.broker],
            topic: kafka.topic,
            createTopics: true,
            partitions: 3,
            ...more,
          },
        },
      }),
      database: {
        knex: kafka.knex,
        connection: kafka.database.connectionString,
      },
      logger: kafka.logger,
    });
    opened.push(transport);
    return transport;
  };
  const waiting = async () => {
    const cursors: Array<{ lag: string }> = await kafka
      .knex('four_keys_log as l')
      .join('four_keys_log_cursors as c', 'c.partition', 'l.partition')
      .where('c.group_name', RELAY_GROUP)
      .whereRaw('(l.xid, l.position) > (c.xid, c.position)')
      .count({ lag: '*' });
    return Number(cursors[0].lag);
  };

  beforeEach(async () => {
    kafka = await TestKafka.create();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(transport => transport.close()));
    await kafka.close();
  });
  afterAll(stopSharedBroker);

  it('takes events, and relays them in order when Kafka is back, also for a process that ended', async () => {
    const server = await sharedBroker();
    const first = await open();
    await first.append(recordsOf(KEYS, 0, 2));
    await server.kill();
    // One after the other, as they happen.
    for (let n = 2; n < 10; n += 1) {
      await first.append(recordsOf(KEYS, n, n + 1));
    }
    await first.ping();
    expect(await waiting()).toBe(24);
    await first.close();

    await server.restart();
    const second = await open();
    for (let n = 10; n < 14; n += 1) {
      await second.append(recordsOf(KEYS, n, n + 1));
    }
    const seen: string[] = [];
    await second.subscribe({
      group: 'reader',
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });
    await eventually(() => expect(seen.length).toBe(42), LONG_MS);
    for (const key of KEYS) {
      expect(seen.filter(value => value.startsWith(key))).toEqual(
        Array.from({ length: 14 }, (_, n) => `${key}${n}`),
      );
    }
    await eventually(async () => expect(await waiting()).toBe(0), PATIENCE_MS);

    // Nothing waits: events go straight to Kafka again.
    await eventually(
      () =>
        expect(kafka.logger.info).toHaveBeenCalledWith(
          'No event waits in the database for Kafka any more',
        ),
      PATIENCE_MS,
    );
    const rows = () => kafka.knex('four_keys_log').count({ n: '*' }).first();
    const before = await rows();
    await second.append(recordsOf(KEYS, 14, 15));
    expect(await rows()).toEqual(before);
  });

  it('refuses events when the spill is switched off, and at once those that never fit', async () => {
    const server = await sharedBroker();
    const strict = await open({ spill: false });
    const spilling = await open();
    await expect(
      spilling.append([{ key: 'a', value: Buffer.alloc(3_000_000) }]),
    ).rejects.toThrow(/larger than Kafka takes/);
    expect(await waiting()).toBe(0);
    await server.kill();
    await expect(strict.append(recordsOf(KEYS, 0, 1))).rejects.toThrow(
      /Kafka does not take events now/,
    );
    await server.restart();
  });
});

import { describeWithKafka } from '@four-keys/dev';
import { eventually, recordsOf, textOf } from '../../testing/tools';
import type { TransportBatch } from '../port';
import {
  PATIENCE_MS,
  sharedBroker,
  stopSharedBroker,
  TestKafka,
} from './__testUtils__/TestKafka';

jest.setTimeout(120_000);

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const LONG_MS = 40_000;

describeWithKafka('the kafka transport under faults', () => {
  let kafka: TestKafka;

  beforeEach(async () => {
    kafka = await TestKafka.create();
    await kafka.knex.schema.createTable('seen', table => {
      table.bigIncrements('n');
      table.text('value').notNullable();
    });
  });
  afterEach(() => kafka.close());
  afterAll(stopSharedBroker);

  const store = (batch: TransportBatch) =>
    kafka.knex.transaction(async tx => {
      await tx('seen').insert(
        batch.records.map(record => ({ value: textOf(record) })),
      );
      await batch.savePositions(tx);
    });
  const seen = () => kafka.knex('seen').orderBy('n').pluck('value');
  const expectedOf = (upTo: number) =>
    recordsOf(KEYS, 0, upTo)
      .map(({ value }) => String(value))
      .sort();

  it('loses and repeats nothing when the broker is killed under load and comes back', async () => {
    const server = await sharedBroker();
    const transport = await kafka.open();
    await transport.subscribe({
      group: 'team',
      maxRecords: 20,
      maxWaitMs: 20,
      handler: store,
    });
    let refused = 0;
    // The same records again until they are acknowledged, as every publisher does.
    const appendForSure = async (n: number) => {
      for (;;) {
        try {
          await transport.append(recordsOf(KEYS, n, n + 1));
          return;
        } catch {
          refused += 1;
        }
      }
    };
    const producing = (async () => {
      for (let n = 0; n < 60; n += 1) {
        await appendForSure(n);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    })();
    await eventually(
      async () => expect((await seen()).length).toBeGreaterThan(30),
      PATIENCE_MS,
    );
    await server.kill();
    await expect(transport.ping()).rejects.toThrow(/Kafka does not answer/);
    await server.restart();
    await producing;

    await eventually(async () => {
      expect(await transport.lag('team')).toBe(0);
      expect([...new Set(await seen())].sort()).toEqual(expectedOf(60));
    }, LONG_MS);
    // What was written without being acknowledged was appended again; nothing
    // else may come twice.
    const values = await seen();
    expect(values.length - new Set(values).size).toBeLessThanOrEqual(
      refused * KEYS.length,
    );
    await transport.ping();
  });

  it('keeps its place in the group while a handler takes longer than the session', async () => {
    const transport = await kafka.open();
    await transport.append(recordsOf(KEYS, 0, 2));
    let batches = 0;
    const errors: unknown[] = [];
    const subscription = await transport.subscribe({
      group: 'team',
      onError: error => errors.push(error),
      handler: async batch => {
        batches += 1;
        await new Promise(resolve => setTimeout(resolve, 6_000));
        expect(batch.signal.aborted).toBe(false);
        await store(batch);
      },
    });
    await eventually(
      async () => expect(await transport.lag('team')).toBe(0),
      PATIENCE_MS,
    );
    expect(errors).toEqual([]);
    expect(batches).toBe(1);
    expect(subscription.partitions).toHaveLength(6);
  });

  it('bounds what it holds while the handler is slow', async () => {
    const transport = await kafka.open({ maxBytes: 256 * 1024 });
    const value = Buffer.alloc(4 * 1024, 'x');
    for (let n = 0; n < 6; n += 1) {
      await transport.append(
        Array.from({ length: 150 }, (_, i) => ({ key: `${n}/${i}`, value })),
      );
    }
    let bytes = 0;
    let records = 0;
    await transport.subscribe({
      group: 'team',
      handler: async batch => {
        records += batch.records.length;
        bytes = Math.max(
          bytes,
          batch.records.reduce((sum, r) => sum + (r.value?.length ?? 0), 0),
        );
      },
    });
    await eventually(() => expect(records).toBe(900), PATIENCE_MS);
    expect(bytes).toBeLessThanOrEqual(256 * 1024);
  });

  it('parts for good from a broker that no longer answers', async () => {
    const transport = await kafka.open();
    const subscription = await transport.subscribe({
      group: 'team',
      handler: store,
    });
    expect(kafka.connections).toBeGreaterThan(0);
    kafka.freeze(10 * LONG_MS);
    await subscription.stop();
    await eventually(() => expect(kafka.connections).toBe(0), PATIENCE_MS);
  });

  it('reads partitions that were added', async () => {
    const transport = await kafka.open({ metadataMaxAgeMs: 1_000 });
    await transport.subscribe({ group: 'team', handler: store });
    await kafka.admin(admin =>
      admin.createPartitions({
        topicPartitions: [{ topic: kafka.topic, count: 8 }],
      }),
    );
    // A producer that has not heard of the partition yet resolves without a
    // word and writes nothing.
    await eventually(async () => {
      const producer = kafka.client().producer();
      await producer.connect();
      try {
        expect(
          await producer.send({
            topic: kafka.topic,
            messages: [{ key: 'new', value: 'new', partition: 7 }],
          }),
        ).toMatchObject([{ partition: 7, errorCode: 0 }]);
      } finally {
        await producer.disconnect();
      }
    }, PATIENCE_MS);
    await eventually(
      async () => expect(await seen()).toEqual(['new']),
      LONG_MS,
    );
  });
});

import { randomBytes, randomUUID } from 'crypto';
import { describeWithKafka } from '@four-keys/dev';
import {
  CompressionCodecs,
  CompressionTypes,
  ConfigResourceTypes,
} from 'kafkajs';
import { eventually, recordsOf, textOf } from '../../testing/tools';
import type { Transport, TransportRecord } from '../port';
import {
  PATIENCE_MS,
  stopSharedBroker,
  TestKafka,
} from './__testUtils__/TestKafka';
import { Appender } from './Appender';
import { MOST_UNPACKED_BYTES, UNREADABLE_HEADER } from './codecs';
import { KafkaTransport } from './KafkaTransport';
import type { TopicSettings } from './settings';

jest.setTimeout(90_000);

/** Reads everything that a group has not read, until so many came, and stops. */
async function read(transport: Transport, group: string, count: number) {
  const seen: TransportRecord[] = [];
  const subscription = await transport.subscribe({
    group,
    maxWaitMs: 20,
    handler: async ({ records }) => void seen.push(...records),
  });
  await eventually(
    () => expect(seen.length).toBeGreaterThanOrEqual(count),
    PATIENCE_MS,
  );
  await subscription.stop();
  return seen;
}

describeWithKafka('the kafka transport', () => {
  let kafka: TestKafka;

  beforeEach(async () => {
    kafka = await TestKafka.create();
  });
  afterEach(() => kafka.close());
  afterAll(stopSharedBroker);

  const createStoringWith = (codec: string) =>
    kafka.admin(admin =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: kafka.topic,
            numPartitions: 6,
            configEntries: [{ name: 'compression.type', value: codec }],
          },
        ],
      }),
    );

  it('makes its topic fit for events, also with several starting at once, and checks one that is there', async () => {
    await Promise.all([kafka.open(), kafka.open(), kafka.open()]);
    const { resources } = await kafka.admin(admin =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: kafka.topic }],
      }),
    );
    expect(
      Object.fromEntries(
        resources[0].configEntries.map(e => [e.configName, e.configValue]),
      ),
    ).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': String(90 * 86_400_000),
      'compression.type': 'producer',
      'message.timestamp.type': 'LogAppendTime',
    });

    const create = (topic: object) =>
      KafkaTransport.create({
        settings: kafka.settings(topic),
        knex: kafka.knex,
        logger: kafka.logger,
      });
    await expect(create({ name: 'nowhere', create: false })).rejects.toThrow(
      /topic nowhere does not exist; create it, or set fourKeys.kafka.createTopics/,
    );
    await expect(create({ partitions: 7 })).rejects.toThrow(
      /fourKeys.kafka.partitions is 7, but the topic .* has 6/,
    );
    const compacted = `${kafka.topic}.compacted`;
    await kafka.admin(admin =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: compacted,
            configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
          },
        ],
      }),
    );
    await expect(
      create({ name: compacted, partitions: undefined }),
    ).rejects.toThrow(/compact, which drops all events of a key but the last/);
  });

  it('keeps a topic of dead letters, for bytes that are too large for the events', async () => {
    const root = 'fourKeys.kafka.deadLetters';
    const name = `${kafka.topic}.dlq`;
    const create = (topic: Partial<TopicSettings>) =>
      KafkaTransport.create({
        settings: {
          ...kafka.settings(),
          sides: { deadLetters: { name, root, create: true, ...topic } },
        },
        knex: kafka.knex,
        logger: kafka.logger,
      });
    const transport = await create({ partitions: 1, maxBytes: 4_000_000 });
    const letters = transport.sides?.deadLetters;
    expect(letters?.topic).toBe(name);
    const bytes = randomBytes(2_000_000);
    await letters?.append([
      { key: 'a', value: bytes, headers: { 'dlq-reason': 'too_large' } },
      { key: 'a', value: null },
    ]);
    await expect(
      letters?.append([{ key: 'a', value: randomBytes(5_000_000) }]),
    ).rejects.toThrow(/larger than Kafka takes/);
    await transport.close();

    const reader = kafka.client().consumer({ groupId: randomUUID() });
    await reader.connect();
    await reader.subscribe({ topic: name, fromBeginning: true });
    const seen: Array<Buffer | null> = [];
    const reasons: string[] = [];
    await reader.run({
      eachMessage: async ({ message }) => {
        seen.push(message.value);
        reasons.push(String(message.headers?.['dlq-reason']));
      },
    });
    await eventually(() => expect(seen).toHaveLength(2), PATIENCE_MS);
    await reader.disconnect();
    expect(seen[0]?.equals(bytes)).toBe(true);
    expect(seen[1]).toBeNull();
    expect(reasons[0]).toBe('too_large');
    await expect(create({ name: 'none', create: false })).rejects.toThrow(
      /in fourKeys.kafka.deadLetters.topic, or set fourKeys.kafka.deadLetters to false/,
    );
  });

  it('says which keys to look at when no broker answers', async () => {
    await expect(
      KafkaTransport.create({
        settings: { ...kafka.settings(), brokers: ['127.0.0.1:1'] },
        knex: kafka.knex,
        logger: kafka.logger,
      }),
    ).rejects.toThrow(
      /No Kafka broker of fourKeys.kafka.brokers \(127.0.0.1:1\) .*ECONNREFUSED/,
    );
  });

  it('goes on where the database is when the broker has lost its offsets, and replays for a database that is new', async () => {
    const transport = await kafka.open();
    await transport.append(recordsOf(['a', 'b', 'c'], 0, 10));
    await read(transport, 'team', 30);
    await eventually(async () => {
      const [{ partitions }] = await kafka.admin(admin =>
        admin.fetchOffsets({ groupId: 'team', topics: [kafka.topic] }),
      );
      expect(partitions.reduce((sum, p) => sum + Number(p.offset), 0)).toBe(30);
    }, PATIENCE_MS);
    await kafka.admin(admin => admin.deleteGroups(['team']));
    await transport.append(recordsOf(['a', 'b', 'c'], 10, 11));
    expect((await read(transport, 'team', 3)).map(textOf).sort()).toEqual([
      'a10',
      'b10',
      'c10',
    ]);

    await kafka.knex('four_keys_kafka_positions').delete();
    expect(await read(transport, 'team', 33)).toHaveLength(33);
  });

  it('starts at the beginning of a topic that was made anew', async () => {
    const before = await kafka.open();
    await before.append(recordsOf(['a', 'b', 'c'], 0, 20));
    await read(before, 'team', 60);
    await before.close();
    await kafka.admin(async admin => {
      await admin.deleteTopics({ topics: [kafka.topic] });
      await eventually(
        async () => expect(await admin.listTopics()).not.toContain(kafka.topic),
        PATIENCE_MS,
      );
    });

    const after = await kafka.open();
    await after.append(recordsOf(['a', 'b', 'c'], 0, 2));
    expect(await read(after, 'team', 6)).toHaveLength(6);
    expect(await after.lag('team')).toBe(0);
  });

  it('passes on what any producer writes, and stops for nothing', async () => {
    const transport = await kafka.open();
    // Idempotent, or a retry of the producer's own could write twice.
    const producer = kafka.client().producer({ idempotent: true });
    await producer.connect();
    const far = String(Date.now() + 30 * 86_400_000);
    await producer.send({
      topic: kafka.topic,
      compression: CompressionTypes.GZIP,
      messages: [
        { key: 'a', value: null },
        { value: 'without a key', partition: 0 },
        {
          key: Buffer.from([0xff, 0x00]),
          value: Buffer.from([0xff, 0xfe]),
          timestamp: far,
          headers: { twice: ['first', 'last'], binary: Buffer.from([0xff]) },
        },
      ],
    });
    const transactional = kafka
      .client()
      .producer({ transactionalId: kafka.topic, maxInFlightRequests: 1 });
    await transactional.connect();
    for (const outcome of ['abort', 'commit'] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({
        topic: kafka.topic,
        messages: [{ key: 'a', value: outcome }],
      });
      await transaction[outcome]();
    }
    const seen = await read(transport, 'reader', 4);
    expect(seen.map(({ value }) => value && value.toString('latin1'))).toEqual(
      expect.arrayContaining([null, 'without a key', '\xff\xfe', 'commit']),
    );
    expect(seen).toHaveLength(4);
    expect(seen.find(r => r.value?.[0] === 0xff)).toMatchObject({
      headers: { twice: 'last', binary: '\ufffd' },
    });
    for (const { appendedAt } of seen) {
      expect(Math.abs(appendedAt - Date.now())).toBeLessThan(60_000);
    }
    expect(await transport.lag('reader')).toBe(0);
    await Promise.all([producer.disconnect(), transactional.disconnect()]);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'reads what was compressed with %s',
    async codec => {
      // The broker compresses anew, with the codecs of the Java client.
      await createStoringWith(codec);
      const transport = await kafka.open();
      const records = [
        ...recordsOf(['a', 'b', 'c'], 0, 300),
        { key: 'same', value: Buffer.alloc(300_000, 'x') },
        { key: 'random', value: randomBytes(200_000) },
        { key: 'mixed', value: Buffer.from(`${randomUUID()}-`.repeat(5_000)) },
      ];
      await transport.append(records);
      const seen = await read(transport, 'reader', records.length);
      const inOrder = (some: ReadonlyArray<{ value: Buffer | null }>) =>
        some.map(({ value }) => value?.toString('base64')).sort();
      expect(inOrder(seen)).toEqual(inOrder(records));
      expect(seen.every(({ headers }) => !headers[UNREADABLE_HEADER])).toBe(
        true,
      );
    },
  );

  it('reads on past what is too large once unpacked, naming the codec', async () => {
    const transport = await kafka.open();
    const producer = kafka.client().producer({ idempotent: true });
    await producer.connect();
    await producer.send({
      topic: kafka.topic,
      compression: CompressionTypes.GZIP,
      messages: [
        { key: 'a', value: Buffer.alloc(MOST_UNPACKED_BYTES + 1, 'x') },
        { key: 'a', value: 'with it' },
      ],
    });
    await producer.disconnect();
    await transport.append([{ key: 'a', value: Buffer.from('after it') }]);
    const seen = await read(transport, 'reader', 3);
    expect(
      seen.map(({ value, headers }) => [value?.toString(), headers]),
    ).toEqual([
      [undefined, { [UNREADABLE_HEADER]: 'gzip' }],
      [undefined, { [UNREADABLE_HEADER]: 'gzip' }],
      ['after it', {}],
    ]);
    expect(await transport.lag('reader')).toBe(0);
  });

  it('comes back after kafkajs has given up', async () => {
    await createStoringWith('gzip');
    const transport = await kafka.open();
    const producer = kafka.client().producer({ idempotent: true });
    await producer.connect();
    const gzip = CompressionCodecs[CompressionTypes.GZIP];
    let attempts = 0;
    CompressionCodecs[CompressionTypes.GZIP] = () => ({
      ...gzip(),
      decompress: () => {
        attempts += 1;
        throw Object.assign(new Error('broken'), {
          name: 'KafkaJSNotImplemented',
        });
      },
    });
    try {
      const errors: unknown[] = [];
      const seen: string[] = [];
      await producer.send({
        topic: kafka.topic,
        compression: CompressionTypes.GZIP,
        messages: [{ key: 'a', value: 'a0' }],
      });
      await transport.subscribe({
        group: 'team',
        onError: error => errors.push(error),
        handler: async ({ records }) => void seen.push(...records.map(textOf)),
      });
      await eventually(() => expect(attempts).toBeGreaterThan(1), PATIENCE_MS);
      expect(String(errors[0])).toMatch(/broken/);
      CompressionCodecs[CompressionTypes.GZIP] = gzip;
      await eventually(() => expect(seen).toEqual(['a0']), PATIENCE_MS);
    } finally {
      CompressionCodecs[CompressionTypes.GZIP] = gzip;
      await producer.disconnect();
    }
  });

  it('takes nothing for written that no broker has acknowledged', async () => {
    await kafka.open();
    const client = kafka.client();
    const createProducer = client.producer.bind(client);
    let silent = true;
    jest.spyOn(client, 'producer').mockImplementation(options => {
      const producer = createProducer(options);
      return {
        ...producer,
        send: async record => {
          const acknowledged = await producer.send(record);
          return silent ? acknowledged.slice(1) : acknowledged;
        },
      };
    });
    const appender = new Appender({
      kafka: client,
      topic: kafka.topic,
      logger: kafka.logger,
    });
    const records = recordsOf(['a', 'b', 'c', 'd', 'e'], 0, 1);
    await expect(appender.append(records)).rejects.toThrow(
      /Partitions [0-5] of events-.* did not acknowledge/,
    );
    silent = false;
    await appender.append(records);
    await appender.close();
  });

  it('splits what is larger than the topic takes, and names the record that never fits', async () => {
    const transport = await kafka.open();
    await kafka.admin(admin =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: ConfigResourceTypes.TOPIC,
            name: kafka.topic,
            configEntries: [{ name: 'max.message.bytes', value: '20000' }],
          },
        ],
      }),
    );
    const large = (key: string, size: number) => ({
      key,
      value: Buffer.alloc(size, 'x'),
    });
    await eventually(
      () =>
        expect(transport.append([large('a', 50_000)])).rejects.toThrow(
          /with key "a" is larger than Kafka takes; raise max.message.bytes/,
        ),
      PATIENCE_MS,
    );
    const before = (await transport.positions('reader')).reduce(
      (sum, { lag }) => sum + lag,
      0,
    );
    // They wait for each other, so that they share a send.
    const outcomes = await Promise.allSettled([
      transport.append(recordsOf(['a'], 0, 1)),
      transport.append(Array.from({ length: 8 }, () => large('b', 6_000))),
      transport.append([large('c', 50_000)]),
      transport.append(recordsOf(['d'], 0, 1)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    const lag = await transport.lag('reader');
    expect(lag - before).toBeGreaterThanOrEqual(10);
  });
});

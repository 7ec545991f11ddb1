import { ServiceUnavailableError } from '@backstage/errors';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../kafka/broker';
import { libsFolder } from '../kafka/libs';
import { missingForKafka } from '../kafka/tools';
import { brokerEnv } from '../start/broker';
import type { Backends } from './backends';
import { type DrainResult, watchDrain } from './drain';
import { benchEvents, inBatches, type BenchEvent } from './events';
import { measureNaiveKafka } from './kafkaNaive';
import { watchMemory } from './memory';
import { sendBatch } from './pipeline';

const SEND_AT_ONCE = 500;
const SENDERS = 4;
const NAIVE_RECORDS = 3_000;
const TOPIC = 'four-keys.events.v1';
const PARTITIONS = 12;

/** Another process takes events, this one stores them. */
const TAKES_ONLY = { APP_CONFIG_fourKeys_collector_enabled: 'false' };

/** From Kafka into PostgreSQL, and the same one record at a time. */
export interface KafkaResult extends DrainResult {
  readonly naiveEventsPerSecond: number;
}

async function appendAll(
  events: Iterable<BenchEvent>,
  count: number,
  append: (batch: readonly BenchEvent[]) => Promise<void>,
): Promise<number> {
  const batches = inBatches(events, SEND_AT_ONCE);
  const begin = performance.now();
  const sender = async () => {
    for (const batch of batches) {
      await append(batch);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return count / ((performance.now() - begin) / 1000);
}

async function drain(
  backends: Backends,
  prefix: string,
  options: {
    readonly events: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly onProgress: (text: string) => void;
  },
): Promise<Omit<DrainResult, 'appendedPerSecond'>> {
  return backends.use({ prefix, env: options.env }, async ({ pid }) => {
    const endWatch = watchMemory(pid);
    const took = await watchDrain(
      backends.databaseOf(prefix),
      options.events,
      options.onProgress,
    );
    const mostMemoryMiB = endWatch()?.max;
    return { events: options.events, ...took, mostMemoryMiB };
  });
}

/** Fills the log in PostgreSQL, then has a collector store what waits there. */
export async function measurePostgresLog(
  backends: Backends,
  events: number,
  onProgress: (text: string) => void,
): Promise<DrainResult> {
  const prefix = 'log_';
  const appendedPerSecond = await backends.use(
    { prefix, env: TAKES_ONLY },
    ({ target }) =>
      appendAll(benchEvents(events, Date.now()), events, batch =>
        sendBatch(target, batch),
      ),
  );
  const took = await drain(backends, prefix, { events, onProgress });
  return { ...took, appendedPerSecond };
}

/**
 * Fills a topic as any producer of CloudEvents may, then has a collector store
 * what is in it; broker, database and collector share the machine.
 *
 * @throws ServiceUnavailableError that says what the machine lacks for a broker.
 */
export async function measureKafka(
  backends: Backends,
  events: number,
  onProgress: (text: string) => void,
): Promise<KafkaResult> {
  const missing = missingForKafka(libsFolder());
  if (missing !== undefined) {
    throw new ServiceUnavailableError(
      `${missing}; or leave the row out with --only`,
    );
  }
  const broker = await startKafka({ onNotice: onProgress });
  const kafka = new Kafka({
    brokers: [broker.broker],
    clientId: 'bench',
    logLevel: logLevel.ERROR,
  });
  const producer = kafka.producer({ idempotent: true });
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: TOPIC, numPartitions: PARTITIONS }],
    });
    await producer.connect();
    const appendedPerSecond = await appendAll(
      benchEvents(events, Date.now()),
      events,
      async batch => {
        await producer.send({
          topic: TOPIC,
          acks: -1,
          compression: CompressionTypes.None,
          messages: batch.map(event => ({
            key: String(event.data.service_id),
            value: JSON.stringify(event),
          })),
        });
      },
    );
    const took = await drain(backends, 'kafka_', {
      events,
      env: brokerEnv(broker),
      onProgress,
    });
    const naiveEventsPerSecond = await measureNaiveKafka({
      broker: broker.broker,
      topic: TOPIC,
      connectionString: backends.connectionString,
      records: Math.min(NAIVE_RECORDS, events),
    });
    return { ...took, appendedPerSecond, naiveEventsPerSecond };
  } finally {
    await producer.disconnect();
    await admin.disconnect();
    await broker.stop();
  }
}

import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';

const GROUP = 'naive';

/**
 * The yardstick: a consumer that handles one record at a time, as a first
 * attempt would: a transaction for each, then its offset. It validates and
 * computes nothing.
 *
 * @returns events per second, from the first record on.
 */
export async function measureNaiveKafka(options: {
  readonly broker: string;
  readonly topic: string;
  readonly connectionString: string;
  readonly records: number;
}): Promise<number> {
  const client = new Client({ connectionString: options.connectionString });
  await client.connect();
  await client.query(
    'CREATE TABLE naive_records (topic_partition int, at bigint, event jsonb NOT NULL, PRIMARY KEY (topic_partition, at))',
  );
  const kafka = new Kafka({
    brokers: [options.broker],
    clientId: GROUP,
    logLevel: logLevel.ERROR,
  });
  const consumer = kafka.consumer({ groupId: GROUP });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: options.topic, fromBeginning: true });
    return await new Promise((resolve, reject) => {
      let handled = 0;
      let begin = 0;
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ topic, partition, message }) => {
            begin ||= performance.now();
            await client.query('BEGIN');
            await client.query(
              'INSERT INTO naive_records VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
              [partition, message.offset, message.value?.toString('utf8')],
            );
            await client.query('COMMIT');
            const offset = String(BigInt(message.offset) + 1n);
            await consumer.commitOffsets([{ topic, partition, offset }]);
            handled += 1;
            if (handled === options.records) {
              resolve(handled / ((performance.now() - begin) / 1000));
            }
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
    await client.query('DROP TABLE naive_records');
    await client.end();
  }
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { kafkaErrorTypes } from './errors';
import type { TopicSettings } from './settings';

const DEFAULT_PARTITIONS = { events: 12, side: 3 };
const DEFAULT_RETENTION_MS = 90 * 86_400_000;
const LEADER_PATIENCE_MS = 15_000;
const BROKER_DEFAULT = -1;

/** The root under which the topic of the events is set up. */
const EVENTS = 'fourKeys.kafka';

/**
 * Makes sure that the topic exists and is fit for what it is to hold, and
 * answers how many partitions it has.
 *
 * @throws NotFoundError when it is missing and must not be made; ConflictError
 * when it would lose records or has another number of partitions than
 * configured.
 */
export async function settleTopic(
  admin: Admin,
  topic: TopicSettings,
  logger: LoggerService,
): Promise<number> {
  const existing = await countPartitions(admin, topic.name);
  if (existing === undefined) {
    if (!topic.create) {
      throw new NotFoundError(
        `The Kafka topic ${
          topic.name
        } does not exist; create it, or set fourKeys.kafka.createTopics to true, or name another one in ${
          topic.root
        }.topic${
          topic.root === EVENTS ? '' : `, or set ${topic.root} to false`
        }`,
      );
    }
    await createTopic(admin, topic);
    logger.info(`Created the Kafka topic ${topic.name}`);
  }
  const partitions = await waitForLeaders(admin, topic.name);
  if (topic.partitions !== undefined && topic.partitions !== partitions) {
    throw new ConflictError(
      `${topic.root}.partitions is ${topic.partitions}, but the topic ${topic.name} has ${partitions} partitions, and keys would change places; set it to ${partitions} or remove it`,
    );
  }
  await checkConfiguration(admin, topic, logger);
  return partitions;
}

/** How a new topic is set up. */
function configEntriesOf({ retentionMs, maxBytes }: TopicSettings) {
  const entries: Record<string, string> = {
    // Compaction drops all records of a key but the last.
    'cleanup.policy': 'delete',
    // As producers send it: every codec can be read.
    'compression.type': 'producer',
    // With times of producers, brokers refuse a record from a clock that is an
    // hour ahead, and the whole batch around it.
    'message.timestamp.type': 'LogAppendTime',
    'retention.ms': String(retentionMs ?? DEFAULT_RETENTION_MS),
    ...(maxBytes === undefined
      ? {}
      : { 'max.message.bytes': String(maxBytes) }),
  };
  return Object.entries(entries).map(([name, value]) => ({ name, value }));
}

async function createTopic(admin: Admin, topic: TopicSettings): Promise<void> {
  const usual = DEFAULT_PARTITIONS[topic.root === EVENTS ? 'events' : 'side'];
  try {
    await admin.createTopics({
      // Waiting here fails on brokers without ZooKeeper although the topic
      // appears; we look for leaders ourselves.
      waitForLeaders: false,
      topics: [
        {
          topic: topic.name,
          numPartitions: topic.partitions ?? usual,
          replicationFactor: topic.replicationFactor ?? BROKER_DEFAULT,
          configEntries: configEntriesOf(topic),
        },
      ],
    });
  } catch (error) {
    // Another instance that starts now was faster.
    if (!kafkaErrorTypes(error).has('TOPIC_ALREADY_EXISTS')) {
      throw error;
    }
  }
}

async function countPartitions(
  admin: Admin,
  topic: string,
): Promise<number | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length;
  } catch (error) {
    if (kafkaErrorTypes(error).has('UNKNOWN_TOPIC_OR_PARTITION')) {
      return undefined;
    }
    throw error;
  }
}

async function waitForLeaders(admin: Admin, topic: string): Promise<number> {
  const deadline = Date.now() + LEADER_PATIENCE_MS;
  for (;;) {
    const { topics } = await admin
      .fetchTopicMetadata({ topics: [topic] })
      .catch(error => {
        if (kafkaErrorTypes(error).has('UNKNOWN_TOPIC_OR_PARTITION')) {
          return { topics: [] };
        }
        throw error;
      });
    const partitions = topics[0]?.partitions ?? [];
    if (
      partitions.length > 0 &&
      partitions.every(p => p.leader >= 0) &&
      (await answer(admin, topic))
    ) {
      return partitions.length;
    }
    if (Date.now() > deadline) {
      throw new ServiceUnavailableError(
        `The Kafka topic ${topic} has partitions without a leader; look after the brokers`,
      );
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

const NOT_YET = [
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
];

/** A broker that was made leader a moment ago may not know it yet. */
async function answer(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.fetchTopicOffsets(topic);
    return true;
  } catch (error) {
    if (NOT_YET.some(type => kafkaErrorTypes(error).has(type))) {
      return false;
    }
    throw error;
  }
}

async function checkConfiguration(
  admin: Admin,
  topic: TopicSettings,
  logger: LoggerService,
): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic.name }],
  });
  const entries = new Map(
    resources[0].configEntries.map(entry => [
      entry.configName,
      entry.configValue,
    ]),
  );
  const cleanup = entries.get('cleanup.policy') ?? '';
  if (cleanup.split(',').some(policy => policy.trim() === 'compact')) {
    throw new ConflictError(
      `The Kafka topic ${topic.name} has cleanup.policy ${cleanup}, which drops all events of a key but the last; set it to delete`,
    );
  }
  const retention = entries.get('retention.ms');
  if (
    topic.retentionMs !== undefined &&
    retention !== String(topic.retentionMs)
  ) {
    logger.warn(
      `${topic.root}.retentionDays means ${topic.retentionMs} ms, but the topic ${topic.name} keeps retention.ms ${retention}; the topic is left as it is`,
    );
  }
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import type { Admin, ISocketFactory, Kafka } from 'kafkajs';
import type { Knex } from 'knex';
import type {
  OutgoingRecord,
  PartitionPosition,
  SideTopic,
  SubscribeOptions,
  Transport,
  TransportSubscription,
} from '../port';
import { migrateLog } from '../postgres/schema';
import { Appender } from './Appender';
import { createClient, type KafkaTuning, TUNING } from './client';
import { teachCodecs } from './codecs';
import { describeKafkaError } from './errors';
import { KafkaSubscription } from './KafkaSubscription';
import { loadPositions } from './positions';
import type { KafkaSettings, TopicSettings } from './settings';
import { settleTopic } from './topics';

export interface KafkaTransportOptions {
  readonly settings: KafkaSettings;
  /** Where positions are stored, in the transactions of handlers. */
  readonly knex: Knex;
  readonly skipMigrations?: boolean;
  readonly logger: LoggerService;
  readonly tuning?: Partial<KafkaTuning>;
}

/** Those who ask how Kafka is want to know within seconds. */
const SOON = { retries: 3, maxRetryTime: 1_000 };

interface Parts {
  readonly admin: Admin;
  readonly appender: Appender;
  readonly sides: Readonly<Partial<Record<SideTopic, Appender>>>;
  /** For consumers, each with connections of its own. */
  readonly createClient: (socketFactory: ISocketFactory) => Kafka;
  readonly knex: Knex;
  readonly logger: LoggerService;
  readonly topic: string;
  readonly tuning: KafkaTuning;
}

/** A topic of a Kafka cluster; positions are stored in the database. */
export class KafkaTransport implements Transport {
  readonly name = 'kafka';
  readonly #parts: Parts;
  readonly #subscriptions = new Set<TransportSubscription>();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static async create(options: KafkaTransportOptions): Promise<KafkaTransport> {
    const { settings, knex, logger } = options;
    const { deadLetters } = settings.sides;
    const tuning = { ...TUNING, ...options.tuning };
    teachCodecs();
    if (!options.skipMigrations) {
      await migrateLog(knex);
    }
    const kafka = createClient(settings, logger);
    const admin = createClient(settings, logger, { retry: SOON }).admin({
      retry: SOON,
    });
    try {
      await admin.connect();
      await settleTopic(admin, settings.topic, logger);
      if (deadLetters) {
        await settleTopic(admin, deadLetters, logger);
      }
    } catch (error) {
      await admin.disconnect();
      throw isOurs(error) ? error : unreachable(settings, error);
    }
    const appenderOf = ({ name }: TopicSettings) =>
      new Appender({ kafka, topic: name, logger });
    return new KafkaTransport({
      admin,
      appender: appenderOf(settings.topic),
      sides: deadLetters ? { deadLetters: appenderOf(deadLetters) } : {},
      createClient: socketFactory =>
        createClient(settings, logger, { socketFactory }),
      knex,
      logger,
      topic: settings.topic.name,
      tuning,
    });
  }

  get topic(): string {
    return this.#parts.topic;
  }

  get sides(): Transport['sides'] {
    return this.#parts.sides;
  }

  append(records: readonly OutgoingRecord[]): Promise<void> {
    return this.#parts.appender.append(records);
  }

  async subscribe(options: SubscribeOptions): Promise<TransportSubscription> {
    // A consumer would wait for a broker that is away, for ever.
    await this.ping();
    const subscription = await KafkaSubscription.start({
      ...this.#parts,
      subscribe: options,
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async positions(group: string): Promise<PartitionPosition[]> {
    const { admin, knex, topic } = this.#parts;
    const [ends, stored] = await Promise.all([
      admin.fetchTopicOffsets(topic),
      loadPositions(knex, { group, topic }),
    ]);
    return ends
      .map(({ partition, low, high }) => {
        const next = stored.get(partition) ?? 0n;
        const [first, end] = [BigInt(low), BigInt(high)];
        const from = next > first ? next : first;
        return {
          partition,
          committed: next > 0n ? String(next - 1n) : null,
          end: end > first ? String(end - 1n) : null,
          lag: end > from ? Number(end - from) : 0,
        };
      })
      .sort((a, b) => a.partition - b.partition);
  }

  async lag(group: string): Promise<number> {
    const positions = await this.positions(group);
    return positions.reduce((sum, { lag }) => sum + lag, 0);
  }

  async ping(): Promise<void> {
    const { admin, topic } = this.#parts;
    const { topics } = await admin
      .fetchTopicMetadata({ topics: [topic] })
      .catch(error => {
        throw new ServiceUnavailableError(
          `Kafka does not answer: ${describeKafkaError(error)}`,
        );
      });
    const leaderless = topics[0].partitions.filter(p => p.leader < 0);
    if (leaderless.length > 0) {
      throw new ServiceUnavailableError(
        `Kafka takes no records: ${leaderless.length} of ${topics[0].partitions.length} partitions of ${topic} have no leader`,
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map(s => s.stop()));
    const { appender, sides } = this.#parts;
    for (const one of [appender, ...Object.values(sides)]) {
      await one.close();
    }
    await this.#parts.admin.disconnect();
  }
}

function isOurs(error: unknown): boolean {
  return error instanceof Error && !error.name.startsWith('KafkaJS');
}

function unreachable({ brokers }: KafkaSettings, error: unknown): Error {
  return new ServiceUnavailableError(
    `No Kafka broker of fourKeys.kafka.brokers (${brokers.join(
      ', ',
    )}) could be used; look at the address, at fourKeys.kafka.ssl and at fourKeys.kafka.sasl: ${describeKafkaError(
      error,
    )}`,
  );
}

import { randomUUID } from 'crypto';
import { connect, type Socket } from 'net';
import { mockServices } from '@backstage/backend-test-utils';
import {
  createTestDatabase,
  type KafkaServer,
  startKafka,
  type TestDatabase,
} from '@four-keys/dev';
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs';
import type { KafkaTuning } from '../client';
import { KafkaTransport } from '../KafkaTransport';
import type { KafkaSettings, TopicSettings } from '../settings';

/** How long a test waits for what must happen, in milliseconds. */
export const PATIENCE_MS = 20_000;

let broker: Promise<KafkaServer> | undefined;

/** One broker for all tests of a file. */
export function sharedBroker(): Promise<KafkaServer> {
  broker ??= startKafka();
  return broker;
}

export async function stopSharedBroker(): Promise<void> {
  await (await broker)?.stop();
  broker = undefined;
}

/** An empty topic and database, and transports on them that are closed with it. */
export class TestKafka {
  readonly topic = `events-${randomUUID()}`;
  readonly logger = mockServices.logger.mock();
  readonly database: TestDatabase;
  readonly server: KafkaServer;
  readonly #opened: KafkaTransport[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(database: TestDatabase, server: KafkaServer) {
    this.database = database;
    this.server = server;
  }

  static async create(): Promise<TestKafka> {
    const server = await sharedBroker();
    return new TestKafka(await createTestDatabase(), server);
  }

  get knex() {
    return this.database.knex;
  }

  settings(topic: Partial<TopicSettings> = {}): KafkaSettings {
    return {
      brokers: [this.server.broker],
      clientId: 'test',
      topic: {
        name: this.topic,
        root: 'fourKeys.kafka',
        create: true,
        partitions: 6,
        ...topic,
      },
      sides: { deadLetters: undefined },
    };
  }

  async open(tuning: Partial<KafkaTuning> = {}): Promise<KafkaTransport> {
    const transport = await KafkaTransport.create({
      settings: this.settings(),
      knex: this.knex,
      logger: this.logger,
      tuning: {
        sessionTimeoutMs: 3_000,
        fetchWaitMs: 200,
        pollMs: 250,
        socketFactory: this.#socketFactory,
        ...tuning,
      },
    });
    this.#opened.push(transport);
    return transport;
  }

  /** How many connections of consumers are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** A client of its own, as another producer or a person would use. */
  client(): Kafka {
    return new Kafka({
      clientId: 'somebody',
      brokers: [this.server.broker],
      logLevel: logLevel.NOTHING,
    });
  }

  async admin<T>(
    work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
  ): Promise<T> {
    const admin = this.client().admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /**
   * Keeps consumers that are connected now from hearing and being heard, as if
   * their process got no time.
   */
  freeze(ms: number): void {
    for (const socket of this.#sockets) {
      socket.cork();
      socket.pause();
      // As a network does it: kafkajs does not hear a socket that just closes.
      setTimeout(() => socket.destroy(new Error('timed out')), ms).unref();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map(transport => transport.close()));
    await this.database.drop();
  }

  readonly #socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  };
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import {
  type Kafka,
  type PartitionerArgs,
  Partitioners,
  type Producer,
  type RecordMetadata,
} from 'kafkajs';
import type { SideRecord, SideWriter } from '../port';
import { describeKafkaError, kafkaErrorTypes } from './errors';

const MOST_RECORDS = 1_000;
/** Below the 1 MB that brokers take by default for a partition's part of a request. */
const MOST_BYTES = 800 * 1024;
const ALL_REPLICAS = -1;
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];

interface Request {
  readonly records: readonly SideRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface AppenderOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly logger: LoggerService;
}

/**
 * Appends with an idempotent producer and `acks=all`, one send at a time.
 * Requests that wait meanwhile share the next send.
 */
export class Appender implements SideWriter {
  readonly #options: AppenderOptions;
  readonly #queue: Request[] = [];
  #producer: Producer | undefined;
  /** The partitions that records of the send in progress were put into. */
  #chosen = new Set<number>();
  #working: Promise<void> | undefined;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  get topic(): string {
    return this.#options.topic;
  }

  append(records: readonly SideRecord[]): Promise<void> {
    if (records.length === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
      this.#queue.push({ records, bytes, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  async close(): Promise<void> {
    await this.#working;
    await this.#drop();
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const requests = this.#nextRequests();
      try {
        await this.#sendInParts(requests.flatMap(({ records }) => records));
        requests.forEach(({ resolve }) => resolve());
      } catch (error) {
        await this.#settleOneByOne(requests, error);
      }
    }
    this.#working = undefined;
  }

  #nextRequests(): Request[] {
    let records = 0;
    let bytes = 0;
    const fits = this.#queue.findIndex(request => {
      records += request.records.length;
      bytes += request.bytes;
      return records > MOST_RECORDS || bytes > MOST_BYTES;
    });
    return this.#queue.splice(
      0,
      fits === -1 ? this.#queue.length : Math.max(1, fits),
    );
  }

  /** A record that no broker takes must fail its own request only. */
  async #settleOneByOne(
    requests: readonly Request[],
    error: unknown,
  ): Promise<void> {
    if (!(error instanceof InputError) || requests.length === 1) {
      requests.forEach(({ reject }) => reject(error));
      return;
    }
    for (const { records, resolve, reject } of requests) {
      await this.#sendInParts(records).then(resolve, reject);
    }
  }

  async #sendInParts(records: readonly SideRecord[]): Promise<void> {
    let part: SideRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const size = sizeOf(record);
      if (
        part.length > 0 &&
        (part.length === MOST_RECORDS || bytes + size > MOST_BYTES)
      ) {
        await this.#send(part);
        part = [];
        bytes = 0;
      }
      part.push(record);
      bytes += size;
    }
    await this.#send(part);
  }

  async #send(records: readonly SideRecord[]): Promise<void> {
    try {
      const producer = await this.#connected();
      this.#chosen = new Set();
      const acknowledged = await producer.send({
        topic: this.#options.topic,
        acks: ALL_REPLICAS,
        messages: records.map(({ key, value, headers }) => ({
          // Always a key: a retry chooses the partition again, and a record
          // without one could be written to two.
          key,
          value,
          headers: { ...headers },
        })),
      });
      this.#requireAll(acknowledged);
    } catch (error) {
      // The broker may have written what it did not acknowledge. kafkajs would
      // then give the next batch the same sequence numbers, and the broker
      // would take it for a repetition and drop it without a word. A new
      // producer has a new identity, so nothing is dropped.
      await this.#drop();
      if (!TOO_LARGE.some(type => kafkaErrorTypes(error).has(type))) {
        throw new ServiceUnavailableError(
          `Kafka does not take events now: ${describeKafkaError(error)}`,
        );
      }
      await this.#halve(records);
    }
  }

  /**
   * kafkajs leaves out without a word what it finds no broker for, such as the
   * records of a partition whose leader moved between two of its own tries.
   */
  #requireAll(acknowledged: readonly RecordMetadata[]): void {
    const written = new Set(acknowledged.map(({ partition }) => partition));
    const missing = [...this.#chosen].filter(p => !written.has(p));
    if (missing.length > 0) {
      throw new Error(
        `Partitions ${missing.join(', ')} of ${
          this.#options.topic
        } did not acknowledge`,
      );
    }
  }

  /** The limit is for a partition's part of a send, some of which may be written. */
  async #halve(records: readonly SideRecord[]): Promise<void> {
    if (records.length === 1) {
      throw new InputError(
        `The record of ${sizeOf(records[0])} bytes with key ${JSON.stringify(
          records[0].key,
        )} is larger than Kafka takes; raise max.message.bytes of the topic ${
          this.#options.topic
        }`,
      );
    }
    const middle = Math.ceil(records.length / 2);
    await this.#send(records.slice(0, middle));
    await this.#send(records.slice(middle));
  }

  async #connected(): Promise<Producer> {
    if (!this.#producer) {
      const producer = this.#options.kafka.producer({
        idempotent: true,
        createPartitioner: () => this.#partitioner(),
        allowAutoTopicCreation: false,
        // About five seconds, enough for partitions to find a new leader.
        retry: { retries: 4 },
      });
      await producer.connect();
      this.#producer = producer;
    }
    return this.#producer;
  }

  /** Java's: producers of all languages agree on the partition of a key. */
  #partitioner() {
    const choose = Partitioners.DefaultPartitioner();
    return (args: PartitionerArgs) => {
      const partition = choose(args);
      this.#chosen.add(partition);
      return partition;
    };
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(error => {
      this.#options.logger.debug(`A producer did not part cleanly: ${error}`);
    });
  }
}

function sizeOf({ key, value, headers }: SideRecord): number {
  let size = Buffer.byteLength(key) + (value?.length ?? 0) + 32;
  for (const [name, text] of Object.entries(headers ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(text) + 4;
  }
  return size;
}

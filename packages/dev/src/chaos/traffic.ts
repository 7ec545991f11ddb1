import { createHash } from 'node:crypto';
import {
  type CompressionTypes,
  type Kafka,
  type Message,
  Partitioners,
  type Producer,
} from 'kafkajs';
import { benchEvents, type BenchEvent } from '../bench/events';
import { sleep } from '../process/signals';
import type { Random } from './random';

const MOST_EVENTS = 1_000_000;
const PART = 50;
const PATIENCE_MS = 120_000;

export interface TrafficOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly random: Random;
  /** -1: as every producer should; 0: without waiting for the broker. */
  readonly acks: -1 | 0;
}

/** What is to become of records that a scenario makes itself. */
export interface Expected {
  /** How many of them are events that were not told before. */
  readonly events?: number;
  /** How many of them become dead letters, by their code. */
  readonly letters?: Readonly<Record<string, number>>;
  /** How many of them tell something else under an identity that is taken. */
  readonly conflicts?: number;
}

const RUBBISH: ReadonlyArray<{
  readonly code: string;
  readonly value: (n: number) => Buffer;
}> = [
  { code: 'not_json', value: n => Buffer.from(`{"no json": ${n}`) },
  {
    code: 'not_json',
    value: n => Buffer.from([0xff, 0xfe, 0x00, n % 256, n >> 8]),
  },
  {
    code: 'missing_field',
    value: n => Buffer.from(JSON.stringify({ specversion: '1.0', id: `${n}` })),
  },
  {
    code: 'not_an_object',
    value: n => Buffer.from(`"a text \\ud800 ${n}"`),
  },
  { code: 'not_json', value: n => Buffer.from(`${'['.repeat(2_000)}${n}`) },
  {
    code: 'invalid_time',
    value: n =>
      Buffer.from(
        JSON.stringify({
          specversion: '1.0',
          id: `rubbish-${n}`,
          source: 'chaos',
          type: 'dev.fourkeys.deploy.completed',
          time: 'yesterday',
          data: {},
        }),
      ),
  },
];

/** A producer as any system may have one: keyed events, again until they are acknowledged. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #events: Generator<BenchEvent>;
  readonly #sent: BenchEvent[] = [];
  readonly #letters = new Map<string, number>();
  readonly #bytes = new Set<string>();
  #told = 0;
  #rubbish = 0;
  #conflicts = 0;
  #producer: Producer | undefined;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#events = benchEvents(MOST_EVENTS, Date.now() - 3_600_000);
  }

  /** Events with an identity of their own that were acknowledged. */
  get sent(): number {
    return this.#sent.length + this.#told;
  }

  get rubbish(): number {
    return this.#rubbish;
  }

  /** How many dead letters are to be there, by their code. */
  get letters(): ReadonlyMap<string, number> {
    return this.#letters;
  }

  /** MD5 of the values that are to be dead letters. */
  get rubbishBytes(): ReadonlySet<string> {
    return this.#bytes;
  }

  /** How many records told something else under an identity that was taken. */
  get conflicts(): number {
    return this.#conflicts;
  }

  /** The next events, for a scenario that tells them in its own way. */
  make(count: number): BenchEvent[] {
    return Array.from({ length: count }, () => this.#next());
  }

  /** Writes records of the caller's making, in their order where they have one key. */
  async tell(
    messages: readonly Message[],
    expected: Expected,
    compression?: CompressionTypes,
  ): Promise<void> {
    await this.#write(messages, compression);
    this.#told += expected.events ?? 0;
    this.#conflicts += expected.conflicts ?? 0;
    for (const [code, count] of Object.entries(expected.letters ?? {})) {
      this.#expectLetters(code, count);
    }
    messages.forEach(({ value }) => this.#know(value));
  }

  async send(count: number): Promise<void> {
    for (let left = count; left > 0; left -= PART) {
      const part = this.make(Math.min(PART, left));
      await this.#write(part.map(toMessage));
      this.#sent.push(...part);
    }
  }

  /** Tells some of what was told again. */
  async repeat(share: number): Promise<void> {
    const { random } = this.#options;
    const some = this.#sent.filter(() => random.next() < share);
    await this.#write(some.map(toMessage));
  }

  /** Writes what is no event; all into one partition, where it says so. */
  async writeRubbish(count: number, partition?: number): Promise<void> {
    const { random } = this.#options;
    const messages = Array.from({ length: count }, () => {
      const { code, value } = random.pick(RUBBISH);
      this.#expectLetters(code, 1);
      const bytes = value(this.#rubbish);
      this.#know(bytes);
      return {
        key: `rubbish-${random.between(0, 50)}`,
        value: bytes,
        partition,
      };
    });
    await this.#write(messages);
  }

  /** Sends until the work is done. */
  async during(
    work: () => Promise<void>,
    options: { readonly rubbish?: number } = {},
  ): Promise<void> {
    let isOver = false;
    const sending = (async () => {
      while (!isOver) {
        await this.send(PART);
        if (this.#options.random.next() < (options.rubbish ?? 0)) {
          await this.writeRubbish(1);
        }
        await sleep(100);
      }
    })();
    try {
      await work();
    } finally {
      isOver = true;
      await sending;
    }
  }

  async close(): Promise<void> {
    await this.#producer?.disconnect();
  }

  #expectLetters(code: string, count: number): void {
    this.#rubbish += count;
    this.#letters.set(code, (this.#letters.get(code) ?? 0) + count);
  }

  #know(value: Message['value']): void {
    if (value !== null) {
      this.#bytes.add(createHash('md5').update(value).digest('hex'));
    }
  }

  #next(): BenchEvent {
    const { value, done } = this.#events.next();
    if (done) {
      throw new Error(`More than ${MOST_EVENTS} events were asked for`);
    }
    return value;
  }

  /** Until they are acknowledged; without acknowledgements, once. */
  async #write(
    messages: readonly Message[],
    compression?: CompressionTypes,
  ): Promise<void> {
    const { topic, acks } = this.#options;
    const deadline = Date.now() + PATIENCE_MS;
    for (let isWritten = messages.length === 0; !isWritten; ) {
      try {
        this.#producer ??= await this.#connect();
        await this.#producer.send({
          topic,
          acks,
          compression,
          messages: [...messages],
        });
        isWritten = true;
      } catch (error) {
        if (Date.now() > deadline) {
          throw error;
        }
        const producer = this.#producer;
        this.#producer = undefined;
        await producer?.disconnect().catch(() => {});
        isWritten = acks === 0;
        await sleep(200);
      }
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.#options.kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      // One that does not wait for the broker does not try again either.
      retry: { retries: this.#options.acks === 0 ? 0 : 3 },
    });
    await producer.connect();
    return producer;
  }
}

/** A record as producers write it: structured, keyed by the service. */
export function toMessage(event: BenchEvent): Message {
  return {
    key: String(event.data.service_id),
    value: JSON.stringify(event),
  };
}

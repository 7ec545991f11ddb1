import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Admin, Batch, ISocketFactory, Kafka } from 'kafkajs';
import type { Knex } from 'knex';
import {
  StaleConsumerError,
  type SubscribeOptions,
  type TransportBatch,
  type TransportSubscription,
} from '../port';
import { Held } from '../Held';
import { Wake } from '../postgres/Wake';
import type { KafkaTuning } from './client';
import { decodeBatch } from './decode';
import { describeKafkaError } from './errors';
import { GroupConsumer } from './GroupConsumer';
import { type Reader, savePositions } from './positions';
import { RecordBuffer, type Taken } from './RecordBuffer';
import { startingPositions } from './startingPositions';

export interface KafkaSubscriptionOptions {
  readonly createClient: (socketFactory: ISocketFactory) => Kafka;
  readonly admin: Admin;
  readonly knex: Knex;
  readonly logger: LoggerService;
  readonly topic: string;
  readonly tuning: KafkaTuning;
  readonly subscribe: SubscribeOptions;
}

interface InFlight {
  readonly partitions: readonly number[];
  readonly controller: AbortController;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = { handler: 30_000, transport: 5_000 };

/** How many batches may wait while one is handled. */
const BATCHES_AHEAD = 4;

/** Sessions without a sign of life after which kafkajs counts as stuck. */
const SESSIONS_UNTIL_STUCK = 6;

/**
 * A member at work. The consumer fetches beside it into a buffer; the loop
 * hands batches of it to the handler, one at a time.
 */
export class KafkaSubscription implements TransportSubscription {
  readonly #options: KafkaSubscriptionOptions;
  readonly #reader: Reader;
  readonly #limits: { maxRecords: number; maxWaitMs: number; maxBytes: number };
  readonly #consumer: GroupConsumer;
  readonly #buffer = new RecordBuffer();
  readonly #held = new Held();
  readonly #wake = new Wake();
  #assigned: readonly number[] = [];
  #mustSettle = false;
  #inFlight: InFlight | undefined;
  #loop: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #paused = false;
  #lastTickAt = Date.now();
  #failures = 0;
  #notBefore = 0;

  private constructor(options: KafkaSubscriptionOptions) {
    const { group, maxRecords = 1000, maxWaitMs = 200 } = options.subscribe;
    this.#options = options;
    this.#reader = { group, topic: options.topic };
    this.#limits = {
      maxRecords,
      maxWaitMs,
      maxBytes: options.tuning.maxBytes,
    };
    this.#consumer = new GroupConsumer({
      ...this.#reader,
      createClient: options.createClient,
      logger: options.logger,
      tuning: options.tuning,
      onAssigned: partitions => this.#share(partitions),
      onLost: error => {
        this.#report(error);
        this.#share([]);
      },
      onBatch: batch => this.#fetched(batch),
    });
  }

  /** Joins the group and starts to read. */
  static async start(
    options: KafkaSubscriptionOptions,
  ): Promise<KafkaSubscription> {
    const subscription = new KafkaSubscription(options);
    await subscription.#consumer.start().catch(async error => {
      await subscription.#consumer.stop();
      throw error;
    });
    subscription.#loop = subscription.#run();
    return subscription;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get lastTickAt(): number {
    return this.#lastTickAt;
  }

  get partitions(): readonly number[] {
    return [...this.#assigned].sort((a, b) => a - b);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake.ring();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  #share(partitions: readonly number[]): void {
    this.#assigned = partitions;
    this.#mustSettle = true;
    this.#buffer.reset(new Map());
    if (this.#inFlight?.partitions.some(p => !partitions.includes(p))) {
      this.#inFlight.controller.abort(
        new StaleConsumerError('The partitions went to another member'),
      );
    }
    this.#wake.ring();
  }

  #fetched(batch: Batch): void {
    const expected = this.#buffer.expected(batch.partition);
    if (expected !== undefined && BigInt(batch.highWatermark) < expected) {
      // The log ends before where we are: it is another one than the one we
      // read. Without a look at it everything in it would pass for read.
      this.#mustSettle = true;
    } else {
      this.#buffer.add(batch.partition, decodeBatch(batch));
      this.#regulate();
    }
    this.#wake.ring();
  }

  /** Stops fetching while enough waits, so that memory is bounded. */
  #regulate(): void {
    const { maxRecords, maxBytes } = this.#limits;
    this.#consumer.setFetching(
      !this.#mustSettle &&
        this.#buffer.records < BATCHES_AHEAD * maxRecords &&
        this.#buffer.bytes < maxBytes,
    );
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#lastTickAt = Date.now();
      try {
        await this.#settle();
        const rest = this.#notBefore - Date.now();
        if (this.#paused || rest > 0) {
          await this.#sleep(this.#paused ? Infinity : rest);
        } else {
          await this.#handleNext();
        }
      } catch (error) {
        this.#failed(error, LONGEST_PAUSE_MS.transport);
      }
    }
  }

  /** Puts the consumer and the offsets right, where there is reason to doubt them. */
  async #settle(): Promise<void> {
    const { tuning } = this.#options;
    const silence = Date.now() - this.#consumer.lastSignAt;
    if (silence > SESSIONS_UNTIL_STUCK * tuning.sessionTimeoutMs) {
      await this.#consumer.restart();
    }
    while (this.#mustSettle && this.#notBefore <= Date.now()) {
      this.#mustSettle = false;
      this.#held.takeFree();
      const assigned = this.#assigned;
      const partitions = assigned.filter(p => !this.#held.has(p));
      await this.#begin(partitions, positions => {
        if (assigned === this.#assigned) {
          this.#buffer.reset(positions);
        }
        return assigned === this.#assigned;
      });
    }
    const free = this.#held.takeFree().filter(p => this.#assigned.includes(p));
    if (free.length > 0) {
      await this.#begin(free, positions => {
        if (!this.#mustSettle) {
          this.#buffer.open(positions);
        }
        return !this.#mustSettle;
      });
    }
    await this.#consumer.flush();
  }

  /** Reads on in these partitions where the database is, unless they were shared out anew meanwhile. */
  async #begin(
    partitions: readonly number[],
    open: (positions: ReadonlyMap<number, bigint>) => boolean,
  ): Promise<void> {
    try {
      const positions = await startingPositions({
        ...this.#options,
        ...this.#reader,
        partitions,
      });
      if (!this.#stopping && open(positions) && positions.size > 0) {
        this.#consumer.begin(positions);
        this.#consumer.commit(positions);
      }
    } catch (error) {
      this.#mustSettle = true;
      throw error;
    }
  }

  async #handleNext(): Promise<void> {
    const { maxRecords, maxWaitMs, maxBytes } = this.#limits;
    const { records, bytes, oldestAt } = this.#buffer;
    const wait = oldestAt + maxWaitMs - Date.now();
    const isFull = records >= maxRecords || bytes >= maxBytes;
    if (this.#mustSettle || records === 0) {
      await this.#sleep(Infinity);
    } else if (!isFull && wait > 0) {
      await this.#sleep(wait);
    } else {
      const taken = this.#buffer.take(this.#limits);
      if (taken) {
        await this.#handle(taken);
      }
    }
  }

  async #handle({ records, steps }: Taken): Promise<void> {
    let saved = false;
    let made = steps;
    const controller = new AbortController();
    const batch: TransportBatch = {
      records,
      signal: controller.signal,
      hold: (partitions, forMs) => {
        this.#held.add(partitions, forMs);
        made = made.filter(step => !partitions.includes(step.partition));
      },
      savePositions: async tx => {
        await savePositions(tx, this.#reader, made);
        saved = true;
      },
    };
    const { knex, subscribe } = this.#options;
    this.#inFlight = { partitions: steps.map(s => s.partition), controller };
    try {
      await subscribe.handler(batch);
      if (!saved) {
        await savePositions(knex, this.#reader, made);
      }
      this.#failures = 0;
      const kept = made.filter(s => this.#assigned.includes(s.partition));
      this.#consumer.commit(new Map(kept.map(s => [s.partition, s.to])));
      this.#buffer.finish(made);
      steps
        .filter(({ partition }) => this.#held.has(partition))
        .forEach(({ partition }) => this.#buffer.drop(partition));
      this.#regulate();
    } catch (error) {
      this.#failed(error, LONGEST_PAUSE_MS.handler);
      // The answer to a commit may have been lost, or another member has read
      // on: only the database knows where.
      this.#mustSettle = true;
      this.#regulate();
    } finally {
      this.#inFlight = undefined;
    }
  }

  #failed(error: unknown, longestPauseMs: number): void {
    this.#report(error);
    const pause = Math.min(
      FIRST_PAUSE_MS * 2 ** this.#failures,
      longestPauseMs,
    );
    this.#failures += 1;
    this.#notBefore = Date.now() + pause;
  }

  #report(error: unknown): void {
    const { subscribe, logger } = this.#options;
    logger.warn(
      `Reading for group ${
        subscribe.group
      } failed, it goes on: ${describeKafkaError(error)}`,
    );
    try {
      subscribe.onError?.(error);
    } catch (nested) {
      logger.error(`onError of group ${subscribe.group} failed: ${nested}`);
    }
  }

  /** Never longer than a poll, so that `lastTickAt` shows a loop that lives. */
  async #sleep(ms: number): Promise<void> {
    if (!this.#stopping) {
      await this.#wake.sleep(Math.min(ms, this.#options.tuning.pollMs));
    }
  }

  async #drain(): Promise<void> {
    const patience = setTimeout(
      () =>
        this.#inFlight?.controller.abort(
          new Error('The subscription is being stopped'),
        ),
      this.#options.tuning.drainMs,
    );
    this.#wake.ring();
    await this.#loop;
    clearTimeout(patience);
    await this.#consumer.stop();
    this.#assigned = [];
  }
}

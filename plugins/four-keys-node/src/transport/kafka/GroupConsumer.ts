import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Batch, Consumer, ISocketFactory, Kafka } from 'kafkajs';
import { tellPhase } from '../phases';
import type { KafkaTuning } from './client';
import type { Reader } from './positions';
import { Wires } from './Wires';

export interface GroupConsumerOptions extends Reader {
  readonly createClient: (socketFactory: ISocketFactory) => Kafka;
  readonly logger: LoggerService;
  readonly tuning: KafkaTuning;
  /** The group was shared out anew; nothing is fetched until `begin`. */
  readonly onAssigned: (partitions: readonly number[]) => void;
  /** The coordinator takes this one for dead, or it crashed: nothing is owned. */
  readonly onLost: (error: unknown) => void;
  /** Must not wait: fetching and heartbeats stand still meanwhile. */
  readonly onBatch: (batch: Batch) => void;
}

const DISCONNECT_PATIENCE_MS = 5_000;
/** For what is left to do once nothing can be waited for any more. */
const CUT_PATIENCE_MS = 2_000;

/**
 * A kafkajs consumer that only fetches: its loop never waits for a handler, so
 * that heartbeats go on however long one takes. How far to read is told to it
 * by `seek`; it stores nothing on its own.
 */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  #consumer: Consumer | undefined;
  #wires = new Wires();
  #isFetching = false;
  #lastSignAt = Date.now();
  #committing = false;
  #uncommitted = new Map<number, bigint>();

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
  }

  /** When kafkajs last showed a sign of life, milliseconds since the epoch. */
  get lastSignAt(): number {
    return this.#lastSignAt;
  }

  async start(): Promise<void> {
    try {
      await this.#start();
      this.#lastSignAt = Date.now();
    } catch (error) {
      // Nothing runs, so nothing will show a sign of life: try again soon.
      this.#lastSignAt = 0;
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { createClient, group, topic, tuning } = this.#options;
    this.#wires = new Wires(tuning.socketFactory);
    const consumer: Consumer = createClient(this.#wires.socketFactory).consumer(
      {
        groupId: group,
        sessionTimeout: tuning.sessionTimeoutMs,
        heartbeatInterval: Math.floor(tuning.sessionTimeoutMs / 4),
        maxWaitTimeInMs: tuning.fetchWaitMs,
        metadataMaxAge: tuning.metadataMaxAgeMs,
        allowAutoTopicCreation: false,
        // A broker that restarts is waited for, looking often.
        retry: {
          retries: 1_000,
          initialRetryTime: 100,
          maxRetryTime: 500,
          // Asked to part while it was crashing, it would come back after.
          restartOnFailure: async () => this.#consumer === consumer,
        },
      },
    );
    this.#consumer = consumer;
    this.#listen(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, heartbeat, isStale }) => {
        if (!isStale() && this.#isFetching && this.#consumer === consumer) {
          this.#options.onBatch(batch);
          // Only what to fetch next. Nothing is committed before the database
          // has it.
          resolveOffset(batch.lastOffset());
        }
        // While records come, kafkajs sends heartbeats only when asked; it
        // throws REBALANCE_IN_PROGRESS here, which must reach its loop.
        await heartbeat();
      },
    });
  }

  /** Starts to fetch at these offsets. */
  begin(positions: ReadonlyMap<number, bigint>): void {
    const { topic } = this.#options;
    for (const [partition, offset] of positions) {
      this.#consumer?.seek({ topic, partition, offset: String(offset) });
    }
    this.setFetching(true);
  }

  setFetching(isFetching: boolean): void {
    if (this.#isFetching !== isFetching) {
      const { topic } = this.#options;
      const topics = [{ topic }];
      this.#isFetching = isFetching;
      if (isFetching) {
        this.#consumer?.resume(topics);
      } else {
        this.#consumer?.pause(topics);
      }
    }
  }

  /**
   * Tells the broker how far the group is, for those who watch it there. Never
   * waits and never fails: the database knows better.
   */
  commit(offsets: ReadonlyMap<number, bigint>): void {
    offsets.forEach((offset, partition) =>
      this.#uncommitted.set(partition, offset),
    );
    this.flush();
  }

  /** Tries again to tell the broker what it could not be told. */
  async flush(): Promise<void> {
    const consumer = this.#consumer;
    if (this.#committing || this.#uncommitted.size === 0 || !consumer) {
      return;
    }
    const { topic, group, logger } = this.#options;
    const offsets = this.#uncommitted;
    this.#uncommitted = new Map();
    this.#committing = true;
    try {
      await consumer.commitOffsets(
        [...offsets].map(([partition, offset]) => ({
          topic,
          partition,
          offset: String(offset),
        })),
      );
      tellPhase('acknowledged');
    } catch (error) {
      logger.debug(`The offsets of group ${group} wait: ${error}`);
      this.#uncommitted = new Map([...offsets, ...this.#uncommitted]);
    } finally {
      this.#committing = false;
    }
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Leaves the group, or gives up on it when the broker is away. */
  async stop(): Promise<void> {
    const consumer = this.#consumer;
    const wires = this.#wires;
    if (!consumer) {
      return;
    }
    await within(DISCONNECT_PATIENCE_MS, this.flush());
    this.#consumer = undefined;
    this.#isFetching = false;
    this.#uncommitted = new Map();
    const parting = consumer.disconnect().catch(error => {
      this.#options.logger.debug(`A consumer did not part cleanly: ${error}`);
    });
    await within(DISCONNECT_PATIENCE_MS, parting);
    wires.cut();
    await within(CUT_PATIENCE_MS, parting);
  }

  #listen(consumer: Consumer): void {
    const { topic } = this.#options;
    const isCurrent = () => this.#consumer === consumer;
    const sign = () => {
      if (isCurrent()) {
        this.#lastSignAt = Date.now();
      }
    };
    consumer.on(consumer.events.FETCH, sign);
    consumer.on(consumer.events.HEARTBEAT, sign);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (isCurrent()) {
        sign();
        // A new share starts where the broker believes we are. Nothing may be
        // fetched before the database was asked.
        this.#isFetching = false;
        consumer.pause([{ topic }]);
        // Offsets of partitions that went away must not be committed.
        this.#uncommitted = new Map();
        this.#options.onAssigned(payload.memberAssignment[topic] ?? []);
      }
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      // kafkajs restarts by itself after what it takes for passing, and is
      // dead for good after the rest, in a process that goes on living.
      if (isCurrent()) {
        this.#isFetching = false;
        if (!payload.restart) {
          this.#lastSignAt = 0;
        }
        this.#options.onLost(payload.error);
      }
    });
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>(resolve => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}

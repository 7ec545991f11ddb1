import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import {
  StaleConsumerError,
  type SubscribeOptions,
  type TransportBatch,
  type TransportSubscription,
} from '../port';
import { BatchReader, type ReadBatch } from './BatchReader';
import { APPENDED, type Doorbell, membersChanged } from './Doorbell';
import {
  type Claim,
  type MemberId,
  type Progress,
  saveProgress,
} from './group';
import { describeOldestWriter } from './log';
import { Membership } from './Membership';
import { Held } from '../Held';
import { Wake } from './Wake';

/** How a subscription behaves in time and memory. */
export interface SubscriptionTuning {
  /** After so long without a sign of life a member counts as dead. */
  readonly leaseMs: number;
  /** How often to look although nobody rang. */
  readonly pollMs: number;
  /** How long stop() waits before it asks the handler to give up. */
  readonly drainMs: number;
  /** Most bytes of values in a batch. */
  readonly maxBytes: number;
}

export interface SubscriptionOptions extends MemberId {
  readonly knex: Knex;
  readonly doorbell: Doorbell;
  readonly logger: LoggerService;
  readonly partitions: number;
  readonly tuning: SubscriptionTuning;
  readonly subscribe: SubscribeOptions;
}

interface InFlight {
  readonly partitions: ReadonlySet<number>;
  readonly controller: AbortController;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = { handler: 30_000, transport: 5_000 };

const FIRST_LOOK_AGAIN_MS = 5;
const HELD_BACK_WARNING_MS = 30_000;

/** A member at work: reads batches, hands them to the handler, one at a time. */
export class Subscription implements TransportSubscription {
  readonly #options: SubscriptionOptions;
  readonly #wake = new Wake();
  readonly #reader: BatchReader;
  readonly #held = new Held();
  #membership: Membership | undefined;
  #unsubscribe: (() => void) | undefined;
  #heart: NodeJS.Timeout | undefined;
  #loop: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #inFlight: InFlight | undefined;
  #paused = false;
  #lastTickAt = Date.now();
  #mustBalance = false;
  #mustReload = false;
  #failures = 0;
  #notBefore = 0;
  #lookAgainMs = FIRST_LOOK_AGAIN_MS;
  #heldBackSince: number | undefined;

  private constructor(options: SubscriptionOptions) {
    this.#options = options;
    const { maxRecords = 1000, maxWaitMs = 200 } = options.subscribe;
    this.#reader = new BatchReader({
      knex: options.knex,
      maxRecords,
      maxBytes: options.tuning.maxBytes,
      maxWaitMs,
      wake: this.#wake,
    });
  }

  /** Joins the group and starts to read. */
  static async start(options: SubscriptionOptions): Promise<Subscription> {
    const subscription = new Subscription(options);
    await subscription.#join();
    return subscription;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get lastTickAt(): number {
    return this.#lastTickAt;
  }

  get partitions(): readonly number[] {
    return (this.#membership?.claims ?? [])
      .map(({ partition }) => partition)
      .sort((a, b) => a - b);
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

  async #join(): Promise<void> {
    const { group, member, knex, partitions, doorbell, tuning } = this.#options;
    this.#unsubscribe = await doorbell.subscribe(topic => this.#heard(topic));
    const membership = await Membership.join({
      group,
      member,
      knex,
      partitions,
      leaseMs: tuning.leaseMs,
      onLost: lost => this.#lost(lost),
      onChange: () => doorbell.ring(membersChanged(group)),
    }).catch(error => {
      this.#unsubscribe?.();
      throw error;
    });
    this.#membership = membership;
    this.#heart = setInterval(() => this.#beat(membership), tuning.leaseMs / 3);
    this.#loop = this.#run(membership);
  }

  #heard(topic: string): void {
    if (topic === membersChanged(this.#options.group)) {
      this.#mustBalance = true;
      this.#wake.ring();
    } else if (topic === APPENDED && !this.#inFlight) {
      this.#wake.ring();
    }
  }

  #lost(partitions: readonly number[]): void {
    if (
      partitions.some(partition => this.#inFlight?.partitions.has(partition))
    ) {
      this.#inFlight?.controller.abort(
        new StaleConsumerError('The partitions went to another member'),
      );
    }
  }

  /** Runs beside the handler, which may take longer than the lease. */
  async #beat(membership: Membership): Promise<void> {
    try {
      await membership.heartbeat();
      this.#mustBalance = true;
      this.#wake.ring();
    } catch (error) {
      this.#report(error);
    }
  }

  async #run(membership: Membership): Promise<void> {
    while (!this.#stopping) {
      this.#lastTickAt = Date.now();
      try {
        await this.#settle(membership);
        const rest = this.#notBefore - Date.now();
        if (this.#paused || rest > 0) {
          await this.#sleep(this.#paused ? Infinity : rest);
        } else {
          await this.#readAndHandle(membership);
        }
      } catch (error) {
        this.#failed(error, LONGEST_PAUSE_MS.transport);
      }
    }
  }

  /** Puts ownership and positions right, where there is reason to doubt them. */
  async #settle(membership: Membership): Promise<void> {
    if (this.#mustReload) {
      await membership.reload();
      this.#mustReload = false;
    }
    if (this.#mustBalance) {
      this.#mustBalance = false;
      try {
        await membership.balance();
      } catch (error) {
        this.#mustBalance = true;
        throw error;
      }
    }
  }

  async #readAndHandle(membership: Membership): Promise<void> {
    const isWanted = () => !this.#paused && !this.#stopping;
    this.#held.takeFree();
    const claims = this.#open(membership);
    const read =
      claims.length > 0 ? await this.#reader.read(claims, isWanted) : undefined;
    if (!isWanted()) {
      return;
    }
    if (read) {
      this.#lookAgainMs = FIRST_LOOK_AGAIN_MS;
      this.#heldBackSince = undefined;
      await this.#handle(membership, read);
    } else {
      await this.#sleep(await this.#untilNextLook(membership));
    }
  }

  #open({ claims }: Membership): Claim[] {
    return claims.filter(({ partition }) => !this.#held.has(partition));
  }

  /** Soon while records only wait for an older transaction, else at the next poll. */
  async #untilNextLook(membership: Membership): Promise<number> {
    const claims = this.#open(membership);
    if (claims.length === 0 || !(await this.#reader.isHeldBack(claims))) {
      this.#heldBackSince = undefined;
      this.#lookAgainMs = FIRST_LOOK_AGAIN_MS;
      return Infinity;
    }
    this.#heldBackSince ??= Date.now();
    if (Date.now() - this.#heldBackSince > HELD_BACK_WARNING_MS) {
      this.#heldBackSince = Date.now();
      this.#options.logger.warn(
        `Events wait to be read because an older transaction on the same database server has not ended: ${await describeOldestWriter(
          this.#options.knex,
        )}`,
      );
    }
    const wait = this.#lookAgainMs;
    this.#lookAgainMs = Math.min(wait * 2, this.#options.tuning.pollMs);
    return wait;
  }

  async #handle(membership: Membership, read: ReadBatch): Promise<void> {
    const records = read.records.filter(({ record }) =>
      read.claims.some(
        claim =>
          claim.partition === record.partition && membership.holds(claim),
      ),
    );
    const last = new Map(
      records.map(({ record, cursor }) => [record.partition, cursor]),
    );
    let progress: Progress[] = read.claims.flatMap(claim => {
      const to = last.get(claim.partition);
      return to ? [{ ...claim, from: claim.cursor, to }] : [];
    });
    if (progress.length === 0) {
      return;
    }
    let saved = false;
    const controller = new AbortController();
    const batch: TransportBatch = {
      records: records.map(({ record }) => record),
      signal: controller.signal,
      hold: (partitions, forMs) => {
        this.#held.add(partitions, forMs);
        progress = progress.filter(
          ({ partition }) => !partitions.includes(partition),
        );
      },
      savePositions: async tx => {
        await saveProgress(tx, this.#options, progress);
        saved = true;
      },
    };
    this.#inFlight = { partitions: new Set(last.keys()), controller };
    try {
      await this.#options.subscribe.handler(batch);
      if (!saved) {
        await saveProgress(this.#options.knex, this.#options, progress);
      }
      progress.forEach(step => membership.advance(step, step.to));
      this.#failures = 0;
    } catch (error) {
      this.#failed(error, LONGEST_PAUSE_MS.handler);
    } finally {
      this.#inFlight = undefined;
    }
  }

  #failed(error: unknown, longestPauseMs: number): void {
    this.#report(error);
    // The answer to a commit may have been lost: only the database knows.
    this.#mustReload = true;
    if (error instanceof StaleConsumerError) {
      this.#mustBalance = true;
      return;
    }
    const pause = Math.min(
      FIRST_PAUSE_MS * 2 ** this.#failures,
      longestPauseMs,
    );
    this.#failures += 1;
    this.#notBefore = Date.now() + pause;
  }

  #report(error: unknown): void {
    const { subscribe, logger, group } = this.#options;
    logger.warn(`Reading for group ${group} failed, it goes on: ${error}`);
    try {
      subscribe.onError?.(error);
    } catch (nested) {
      logger.error(`onError of group ${group} failed: ${nested}`);
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
    clearInterval(this.#heart);
    this.#unsubscribe?.();
    try {
      await this.#membership?.leave();
    } catch (error) {
      this.#options.logger.warn(
        `Partitions of group ${
          this.#options.group
        } were not given back and stay idle until the lease ends: ${error}`,
      );
    }
  }
}

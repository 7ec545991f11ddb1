import type { LoggerService } from '@backstage/backend-plugin-api';
import type { TransportRecord } from '@four-keys/backstage-plugin-four-keys-node';
import type { Knex } from 'knex';
import { FloodGauge, isOver, type Flood } from './FloodGauge';
import {
  closeQuarantines,
  findQuarantines,
  openQuarantine,
  postponeTrial,
  type QuarantineRow,
} from './quarantines';

/** How often the collector tries by itself whether a flood is over. */
const TRIAL_EVERY_MS = 60_000;

export interface BreakerOptions {
  readonly transport: string;
  readonly logger: LoggerService;
  readonly clock: () => number;
  readonly trialEveryMs?: number;
}

/** A record, and whether it is an event of the contract. */
export interface Looked {
  readonly record: TransportRecord;
  readonly isUsable: boolean;
}

/** What is to be done with a batch. */
export interface Judgement {
  /** Partitions that stand still. */
  readonly held: ReadonlySet<number>;
  /** To be called when the transaction is committed. */
  readonly settle: () => void;
}

/**
 * Stops a partition into which a flood of unusable records is written, before
 * all of them are dead letters. Its records wait in the transport.
 *
 * It goes on when a person says so, and by itself when good records follow:
 * from time to time one batch is tried, whose unusable records become dead
 * letters, so that a flood that nobody looks after is passed in the end.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #gauges = new Map<number, FloodGauge>();

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  async judge(
    tx: Knex.Transaction,
    looked: readonly Looked[],
  ): Promise<Judgement> {
    const byPartition = groupByPartition(looked);
    const stopped = await findQuarantines(tx, this.#options.transport, [
      ...byPartition.keys(),
    ]);
    const held = new Set<number>();
    const settled: Array<() => void> = [];
    for (const [partition, records] of byPartition) {
      const row = stopped.get(partition);
      const goesOn =
        row && row.released_at === null
          ? await this.#try(tx, row, records, settled)
          : await this.#watch(tx, partition, row, records, settled);
      if (!goesOn) {
        held.add(partition);
      }
    }
    return { held, settle: () => settled.forEach(step => step()) };
  }

  /** Looks after a partition that goes; answers whether it goes on. */
  async #watch(
    tx: Knex.Transaction,
    partition: number,
    released: QuarantineRow | undefined,
    records: readonly Looked[],
    settled: Array<() => void>,
  ): Promise<boolean> {
    const since = released?.released_at?.getTime() ?? -Infinity;
    const counted = records.filter(({ record }) => record.appendedAt > since);
    const gauge = new FloodGauge(this.#gauges.get(partition));
    let flood: Flood | undefined;
    for (const { isUsable } of counted) {
      flood ??= gauge.add(isUsable);
    }
    if (flood) {
      await this.#stop(tx, partition, flood, settled);
      return false;
    }
    if (released && counted.length > 0) {
      await closeQuarantines(tx, this.#options.transport, [partition]);
    }
    settled.push(() => this.#gauges.set(partition, gauge));
    return true;
  }

  async #stop(
    tx: Knex.Transaction,
    partition: number,
    flood: Flood,
    settled: Array<() => void>,
  ): Promise<void> {
    const { transport, clock, logger } = this.#options;
    const now = clock();
    await openQuarantine(tx, {
      transport,
      partition,
      ...flood,
      since: new Date(now),
      next_trial_at: new Date(now + this.#trialEveryMs),
    });
    settled.push(() => {
      this.#gauges.delete(partition);
      logger.error(
        `Partition ${partition} of the ${transport} transport stands still: ${flood.reason}. Its records wait there. Mend whatever writes them, then let it go on with POST /pipeline/quarantine/${partition}/release`,
      );
    });
  }

  /** Tries a partition that stands still, when it is time; answers whether this batch goes through. */
  async #try(
    tx: Knex.Transaction,
    row: QuarantineRow,
    records: readonly Looked[],
    settled: Array<() => void>,
  ): Promise<boolean> {
    const { transport, clock, logger } = this.#options;
    const { partition } = row;
    if (clock() < row.next_trial_at.getTime()) {
      return false;
    }
    if (isOver(records.map(({ isUsable }) => isUsable))) {
      await closeQuarantines(tx, transport, [partition]);
      settled.push(() =>
        logger.info(
          `Partition ${partition} of the ${transport} transport goes on: its records are good again`,
        ),
      );
    } else {
      const next = new Date(clock() + this.#trialEveryMs);
      await postponeTrial(tx, { transport, partition, next });
    }
    return true;
  }

  get #trialEveryMs(): number {
    return this.#options.trialEveryMs ?? TRIAL_EVERY_MS;
  }
}

function groupByPartition(looked: readonly Looked[]): Map<number, Looked[]> {
  const groups = new Map<number, Looked[]>();
  for (const one of looked) {
    const group = groups.get(one.record.partition);
    if (group) {
      group.push(one);
    } else {
      groups.set(one.record.partition, [one]);
    }
  }
  return groups;
}

import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  tellPhase,
  type Transport,
  type TransportBatch,
  type TransportSubscription,
} from '@four-keys/backstage-plugin-four-keys-node';
import type { Knex } from 'knex';
import type { Enricher } from '../enrichment';
import { storeEvents } from '../facts';
import type { PipelineMetrics } from '../observability';
import { Breaker, type Looked } from './Breaker';
import { insertDeadLetters } from './deadLetters';
import {
  decodeRecord,
  type Decoded,
  type DecodedRecord,
  type FailedRecord,
} from './decode';
import { logBatch } from './logBatch';
import type { RecentEvents } from './RecentEvents';
import type { Seal } from './seal';
import { addSourceCounts, SourceTally } from './sourceStats';
import { storeBatch, type BatchOutcome } from './storeBatch';

/** The consumer group in which every collector takes its share. */
export const COLLECTOR_GROUP = 'collector';

/** How soon a partition that stands still is looked at again, in case a person let it go on. */
const HOLD_MS = 5_000;

interface LookedAt extends Looked {
  readonly result: Decoded;
}

export interface CollectorOptions {
  readonly knex: Knex;
  readonly transport: Transport;
  readonly enricher: Enricher;
  readonly seal: Seal;
  readonly recent: RecentEvents;
  readonly logger: LoggerService;
  readonly metrics: PipelineMetrics;
  readonly clock: () => number;
  readonly maxRecords: number;
  readonly maxWaitMs: number;
  /** Rung after every batch that was committed. */
  readonly onStored: () => void;
}

/**
 * Takes batches from the transport and stores each in one transaction: facts,
 * dead letters, source statistics and the transport's positions stand or fall
 * together, so that a crash at any moment neither loses nor repeats anything.
 */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #breaker: Breaker;
  #subscription: TransportSubscription | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
    const { transport, logger, clock } = options;
    this.#breaker = new Breaker({ transport: transport.name, logger, clock });
  }

  async start(): Promise<void> {
    const { transport, logger, maxRecords, maxWaitMs } = this.#options;
    this.#subscription = await transport.subscribe({
      group: COLLECTOR_GROUP,
      maxRecords,
      maxWaitMs,
      handler: batch => this.#handle(batch),
      onError: error =>
        logger.warn(
          'A batch of events could not be stored and will be tried again',
          error instanceof Error ? error : new Error(String(error)),
        ),
    });
  }

  /** When the loop last went round, milliseconds since the epoch; null: never. */
  get lastTickAt(): number | null {
    return this.#subscription?.lastTickAt ?? null;
  }

  /** Finishes the batch in flight and gives the partitions back. */
  async stop(): Promise<void> {
    await this.#subscription?.stop();
  }

  async #handle(batch: TransportBatch): Promise<void> {
    const { clock, logger, metrics } = this.#options;
    const begin = performance.now();
    const secondsSoFar = () => (performance.now() - begin) / 1000;
    const looked = this.#decode(batch);
    tellPhase('received');
    const outcome = await this.#store(batch, looked).catch(error => {
      metrics.failed(secondsSoFar());
      throw error;
    });
    tellPhase('committed');
    outcome.settle();
    outcome.remember();

    const oldest = batch.records.reduce(
      (earliest, { appendedAt }) => Math.min(earliest, appendedAt),
      clock(),
    );
    const stored = {
      records: outcome.decoded.length + outcome.rejected,
      stored: outcome.stored,
      duplicates: outcome.duplicates,
      conflicts: outcome.conflicts.length,
      rejected: outcome.failed.map(({ failure }) => failure.code),
      seconds: secondsSoFar(),
      delaySeconds: (clock() - oldest) / 1000,
    };
    metrics.stored(stored);
    logBatch(logger, stored, outcome);
    if (outcome.stored > 0) {
      this.#options.onStored();
    }
  }

  async #store(batch: TransportBatch, looked: readonly LookedAt[]) {
    const { knex, transport, enricher } = this.#options;
    return knex.transaction(async tx => {
      const { held, settle } = await this.#breaker.judge(tx, looked);
      if (held.size > 0) {
        batch.hold([...held], HOLD_MS);
      }
      const { decoded, failed } = split(looked, held);
      const result = await storeBatch(
        tx,
        enricher.enrich(decoded),
        storeEvents,
      );
      const remember = await enricher.recordServices(
        tx,
        decoded.map(({ event }) => event),
      );
      const allFailed = [...failed, ...result.failed];
      await insertDeadLetters(tx, transport.name, allFailed);
      await addSourceCounts(tx, tally(decoded, allFailed, result).take());
      await batch.savePositions(tx);
      tellPhase('stored');
      return {
        ...result,
        decoded,
        rejected: failed.length,
        failed: allFailed,
        remember,
        settle,
      };
    });
  }

  #decode({ records }: TransportBatch): LookedAt[] {
    const { seal, recent, clock } = this.#options;
    const now = clock();
    return records.map(record => {
      const result = decodeRecord(record, { seal, recent, now });
      return { record, result, isUsable: result.ok };
    });
  }
}

/** What goes through, without the partitions that stand still. */
function split(looked: readonly LookedAt[], held: ReadonlySet<number>) {
  const decoded: DecodedRecord[] = [];
  const failed: FailedRecord[] = [];
  for (const { record, result } of looked) {
    if (held.has(record.partition)) {
      continue;
    }
    if (result.ok) {
      decoded.push(result.decoded);
    } else {
      failed.push(result.failed);
    }
  }
  return { decoded, failed };
}

function tally(
  decoded: readonly DecodedRecord[],
  failed: readonly FailedRecord[],
  outcome: BatchOutcome,
): SourceTally {
  const sums = new SourceTally();
  for (const { event, receivedAt } of decoded) {
    sums.add(event.source, {
      received: 1,
      lastEventAt: event.time,
      lastReceivedAt: receivedAt.getTime(),
    });
  }
  for (const { source, record } of failed) {
    sums.add(source, { rejected: 1, lastReceivedAt: record.appendedAt });
  }
  for (const { source } of outcome.conflicts) {
    sums.add(source, { conflicts: 1 });
  }
  return sums;
}

import type { Knex } from 'knex';
import type { Cursor } from './cursor';
import type { Claim } from './group';
import { hasWaitingRecords, type LogRecord, readRecords } from './log';
import type { Wake } from './Wake';

/** Records to handle and where they begin and end, by partition. */
export interface ReadBatch {
  readonly records: readonly LogRecord[];
  readonly claims: readonly Claim[];
}

export interface BatchReaderOptions {
  readonly knex: Knex;
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly maxWaitMs: number;
  /** Rung when there may be more to read. */
  readonly wake: Wake;
}

/**
 * Collects a batch across partitions. At most one batch is in memory, bounded
 * by records and by bytes.
 */
export class BatchReader {
  readonly #options: BatchReaderOptions;
  /** Which partition comes first: each in turn, or a busy one starves the rest. */
  #turn = 0;

  constructor(options: BatchReaderOptions) {
    this.#options = options;
  }

  /**
   * Reads what is there; when that does not fill a batch, waits a moment for
   * more. Answers undefined when there is nothing.
   */
  async read(
    claims: readonly Claim[],
    isWanted: () => boolean,
  ): Promise<ReadBatch | undefined> {
    const { maxRecords, maxBytes, maxWaitMs, wake } = this.#options;
    const cursors = this.#inTurn(claims);
    const records: LogRecord[] = [];
    let bytes = 0;

    const readMore = async () => {
      const found = await readRecords(this.#options.knex, cursors, {
        maxRecords: maxRecords - records.length,
        maxBytes: maxBytes - bytes,
      });
      for (const { record, cursor } of found) {
        cursors.set(record.partition, cursor);
        bytes += record.value?.length ?? 0;
      }
      records.push(...found);
    };
    const isFull = () => records.length >= maxRecords || bytes >= maxBytes;

    await readMore();
    const deadline = Date.now() + maxWaitMs;
    while (
      records.length > 0 &&
      !isFull() &&
      isWanted() &&
      Date.now() < deadline
    ) {
      await wake.sleep(deadline - Date.now());
      await readMore();
    }
    return records.length > 0 ? { records, claims } : undefined;
  }

  /** Whether records are there that cannot be read yet. */
  async isHeldBack(claims: readonly Claim[]): Promise<boolean> {
    return hasWaitingRecords(this.#options.knex, this.#inTurn(claims));
  }

  #inTurn(claims: readonly Claim[]): Map<number, Cursor> {
    this.#turn += 1;
    const first = this.#turn % Math.max(claims.length, 1);
    return new Map(
      [...claims.slice(first), ...claims.slice(0, first)].map(
        ({ partition, cursor }) => [partition, cursor],
      ),
    );
  }
}

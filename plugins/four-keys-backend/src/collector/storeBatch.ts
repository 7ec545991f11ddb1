import type { Knex } from 'knex';
import type { storeEvents } from '../facts';
import { failedRecord, type DecodedRecord, type FailedRecord } from './decode';
import { isRecordAtFault } from './failures';

/** A decoded record with what the catalog knew about its service. */
export interface EnrichedRecord extends DecodedRecord {
  readonly enrichment?: Record<string, unknown>;
}

/** What became of a batch. */
export interface BatchOutcome {
  stored: number;
  duplicates: number;
  conflicts: Array<{ source: string; id: string }>;
  failed: FailedRecord[];
}

/**
 * Stores a batch; where the database refuses it because of what a record
 * holds, halves it until the record is alone, and leaves only that one out.
 *
 * Every try runs in a savepoint, so that the transaction of the batch goes on.
 *
 * @throws whatever is not a record's fault, so that the whole batch comes again.
 */
export async function storeBatch(
  tx: Knex.Transaction,
  records: readonly EnrichedRecord[],
  store: typeof storeEvents,
): Promise<BatchOutcome> {
  const outcome: BatchOutcome = {
    stored: 0,
    duplicates: 0,
    conflicts: [],
    failed: [],
  };
  const storeSome = async (some: readonly EnrichedRecord[]): Promise<void> => {
    if (some.length === 0) {
      return;
    }
    try {
      const result = await tx.transaction(savepoint => store(savepoint, some));
      outcome.stored += result.stored;
      outcome.duplicates += result.duplicates;
      outcome.conflicts.push(...result.conflicts);
    } catch (error) {
      if (!isRecordAtFault(error)) {
        throw error;
      }
      if (some.length > 1) {
        const middle = Math.ceil(some.length / 2);
        await storeSome(some.slice(0, middle));
        await storeSome(some.slice(middle));
        return;
      }
      const [{ record, event }] = some;
      outcome.failed.push(
        failedRecord(
          record,
          {
            stage: 'store',
            code: 'not_storable',
            message: `The database cannot store it: ${(error as Error).message}`
              .replace(/\0/g, '\uFFFD')
              .slice(0, 2000),
          },
          event.envelope,
        ),
      );
    }
  };
  await storeSome(records);
  return outcome;
}

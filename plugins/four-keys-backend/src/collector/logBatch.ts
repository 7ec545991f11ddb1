import type { LoggerService } from '@backstage/backend-plugin-api';
import type { StoredBatch } from '../observability';
import type { DecodedRecord, FailedRecord } from './decode';

/** A flood of poison must not become a flood of lines. */
const MOST_LISTED = 10;

/** What was stored with how many of them, at debug level, and each dead letter as a warning. */
export function logBatch(
  logger: LoggerService,
  batch: StoredBatch,
  records: {
    readonly decoded: readonly DecodedRecord[];
    readonly failed: readonly FailedRecord[];
  },
): void {
  const correlationIds = new Set(
    records.decoded.flatMap(({ event }) => event.data.correlation_id ?? []),
  );
  logger.debug(`Stored a batch of ${batch.records} records`, {
    records: batch.records,
    stored: batch.stored,
    duplicates: batch.duplicates,
    conflicts: batch.conflicts,
    deadLetters: batch.rejected.length,
    seconds: batch.seconds,
    correlationIds: [...correlationIds].slice(0, MOST_LISTED),
  });
  for (const { record, failure, ...event } of records.failed.slice(
    0,
    MOST_LISTED,
  )) {
    logger.warn(`A record became a dead letter: ${failure.message}`, {
      stage: failure.stage,
      code: failure.code,
      partition: record.partition,
      position: record.position,
      source: event.source,
      eventId: event.id,
      correlationId: event.correlationId,
      traceparent: event.traceparent,
    });
  }
  const unlisted = records.failed.length - MOST_LISTED;
  if (unlisted > 0) {
    logger.warn(`${unlisted} more records of the batch became dead letters`);
  }
}

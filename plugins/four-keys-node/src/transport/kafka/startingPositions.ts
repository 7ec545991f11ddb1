import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Admin } from 'kafkajs';
import type { Knex } from 'knex';
import {
  ensurePositions,
  loadPositions,
  type Reader,
  resetPosition,
} from './positions';

/**
 * Where to start reading: what the database says, whatever the broker has
 * committed. The database holds what was made of the records, so only it knows
 * which are still to be read; the broker may have lost its offsets, or the
 * database may be a restored or a new one.
 */
export async function startingPositions(
  options: Reader & {
    readonly knex: Knex;
    readonly admin: Admin;
    readonly logger: LoggerService;
    readonly partitions: readonly number[];
  },
): Promise<Map<number, bigint>> {
  const { knex, admin, logger, topic, partitions } = options;
  const positions = new Map<number, bigint>();
  if (partitions.length === 0) {
    return positions;
  }
  await ensurePositions(knex, options, partitions);
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(end => [end.partition, end]),
  );
  const stored = await loadPositions(knex, options);
  for (const partition of partitions) {
    const from = stored.get(partition) ?? 0n;
    const low = BigInt(ends.get(partition)?.low ?? 0);
    const high = BigInt(ends.get(partition)?.high ?? 0);
    const name = `partition ${partition} of ${topic}`;
    const to = from > high || from < low ? low : from;
    if (from > high) {
      // Reading twice is harmless, skipping is not.
      logger.error(
        `Group ${options.group} has read ${name} up to offset ${from}, but it ends at ${high}: the topic was made anew or has lost records; reading starts at its beginning`,
      );
    } else if (from > 0n && from < low) {
      logger.error(
        `Group ${options.group} lost ${
          low - from
        } records of ${name}: Kafka deleted them before they were read; keep them longer, or read faster`,
      );
    }
    if (to !== from) {
      await resetPosition(knex, options, { partition, from, to });
    }
    positions.set(partition, to);
  }
  return positions;
}

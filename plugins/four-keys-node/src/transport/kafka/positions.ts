import type { Knex } from 'knex';
import { StaleConsumerError } from '../port';

const TABLE = 'four_keys_kafka_positions';

/** Whose positions. */
export interface Reader {
  readonly group: string;
  readonly topic: string;
}

/** A step of one partition, in offsets of the next record to read. */
export interface Step {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** The offsets of the next record by partition; 0 where none was read. */
export async function loadPositions(
  knex: Knex,
  { group, topic }: Reader,
): Promise<Map<number, bigint>> {
  const rows: Array<{ partition: number; next_offset: string }> = await knex(
    TABLE,
  )
    .where({ group_name: group, topic })
    .select('partition', 'next_offset');
  return new Map(rows.map(row => [row.partition, BigInt(row.next_offset)]));
}

/** Makes rows for partitions that were never read, so that saving is an update. */
export async function ensurePositions(
  knex: Knex,
  { group, topic }: Reader,
  partitions: readonly number[],
): Promise<void> {
  if (partitions.length > 0) {
    await knex(TABLE)
      .insert(
        partitions.map(partition => ({ group_name: group, topic, partition })),
      )
      .onConflict()
      .ignore();
  }
}

/**
 * Moves partitions on, all of them or none.
 *
 * A step only fits where the one before ended. That alone is the fence: a
 * member that froze and lost its partitions finds them moved on, whoever owns
 * them now, and whatever the broker believes.
 *
 * @throws StaleConsumerError when one does not stand where the step starts.
 */
export async function savePositions(
  tx: Knex,
  { group, topic }: Reader,
  steps: readonly Step[],
): Promise<void> {
  if (steps.length === 0) {
    return;
  }
  // Locked in the order of partitions, so that two members that both believe
  // to own them cannot wait for each other.
  const { rows } = await tx.raw<{ rows: unknown[] }>(
    `
    WITH standing AS (
      SELECT partition, next_offset FROM ${TABLE}
      WHERE group_name = :group AND topic = :topic
        AND partition = ANY (CAST(:partitions AS int[]))
      ORDER BY partition
      FOR UPDATE
    )
    UPDATE ${TABLE} p
    SET next_offset = step.to_offset, saved_at = now()
    FROM standing
    JOIN unnest(
      CAST(:partitions AS int[]), CAST(:from AS bigint[]), CAST(:to AS bigint[])
    ) AS step (partition, from_offset, to_offset)
      ON step.partition = standing.partition
      AND step.from_offset = standing.next_offset
    WHERE p.group_name = :group AND p.topic = :topic
      AND p.partition = step.partition
    RETURNING 1
    `,
    {
      group,
      topic,
      partitions: steps.map(({ partition }) => partition),
      from: steps.map(({ from }) => String(from)),
      to: steps.map(({ to }) => String(to)),
    },
  );
  if (rows.length !== steps.length) {
    throw new StaleConsumerError(
      `Another member of group ${group} has read on in a partition of ${topic}; what this one did must not count`,
    );
  }
}

/** Puts one partition anywhere; only for a log that is not the one that was read. */
export async function resetPosition(
  knex: Knex,
  { group, topic }: Reader,
  { partition, from, to }: Step,
): Promise<void> {
  await knex(TABLE)
    .where({ group_name: group, topic, partition, next_offset: String(from) })
    .update({ next_offset: String(to), saved_at: knex.fn.now() });
}

import type { Knex } from 'knex';

/** Any number that nobody else locks; it is the same in every release. */
const RETENTION_LOCK = 4_519_020_262;

export interface RetentionOptions {
  /** What every group has read is dropped after so many days. */
  readonly keepDays: number;
  /** What is older than so many days is dropped, read or not; undefined: never. */
  readonly hardLimitDays?: number;
  /** Most records deleted from one partition in one transaction. */
  readonly chunk?: number;
}

export interface RetentionResult {
  readonly dropped: number;
  /** How many of them some group had not read. */
  readonly unread: number;
}

interface ChunkResult {
  dropped: number;
  unread: number;
}

const SECONDS_A_DAY = 86_400;

/**
 * Deletes at most one chunk from the front of a partition.
 *
 * The oldest records are looked at in reading order and a chunk at a time, so
 * that a pass over a log in which nothing is old costs one short range scan.
 */
async function dropChunk(
  knex: Knex,
  partition: number,
  options: Required<Pick<RetentionOptions, 'keepDays' | 'chunk'>> & {
    hardLimitDays: number | null;
  },
): Promise<ChunkResult> {
  const { rows } = await knex.raw<{ rows: ChunkResult[] }>(
    `
    WITH read AS MATERIALIZED (
      SELECT xid, position FROM four_keys_log_cursors
      WHERE partition = :partition
      ORDER BY xid, position
      LIMIT 1
    ), oldest AS MATERIALIZED (
      SELECT l.ctid AS place, l.appended_at,
        coalesce((l.xid, l.position) <= (read.xid, read.position), false) AS is_read
      FROM four_keys_log l LEFT JOIN read ON true
      WHERE l.partition = :partition
      ORDER BY l.xid, l.position
      LIMIT :chunk
    ), gone AS (
      DELETE FROM four_keys_log l
      USING oldest
      WHERE l.ctid = oldest.place
        AND (
          (oldest.is_read
            AND oldest.appended_at < now() - :keepSeconds * interval '1 second')
          OR oldest.appended_at < now() - :hardSeconds * interval '1 second'
        )
      RETURNING oldest.is_read
    )
    SELECT count(*)::int AS dropped,
      count(*) FILTER (WHERE NOT is_read)::int AS unread
    FROM gone
    `,
    {
      partition,
      chunk: options.chunk,
      keepSeconds: options.keepDays * SECONDS_A_DAY,
      hardSeconds:
        options.hardLimitDays === null
          ? null
          : options.hardLimitDays * SECONDS_A_DAY,
    },
  );
  return rows[0];
}

/** Runs the work unless another instance is at it. */
async function alone<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T | undefined> {
  return knex.transaction(async tx => {
    const { rows } = await tx.raw<{ rows: Array<{ mine: boolean }> }>(
      'SELECT pg_try_advisory_xact_lock(?) AS mine',
      [RETENTION_LOCK],
    );
    return rows[0].mine ? work(tx) : undefined;
  });
}

/**
 * Drops records that are old enough and that every group has read. As long as
 * no group exists, nobody has read anything and nothing is dropped.
 *
 * Chunks of deletes, and not partitions of the table that are dropped whole:
 * dropping one takes an exclusive lock on the log, behind which every append
 * queues up while one long query runs, and reading by (xid, position) would
 * have to merge the indexes of all of them. A chunk costs about as much as
 * appending it did, holds nobody up, and can stop after any of them. Each is a
 * transaction of its own, because a long one would hold back what readers see.
 */
export async function dropOldRecords(
  knex: Knex,
  partitions: number,
  options: RetentionOptions,
): Promise<RetentionResult> {
  const chunk = options.chunk ?? 5000;
  const total = { dropped: 0, unread: 0 };
  for (let partition = 0; partition < partitions; partition += 1) {
    let dropped = chunk;
    while (dropped === chunk) {
      const result = await alone(knex, tx =>
        dropChunk(tx, partition, {
          keepDays: options.keepDays,
          hardLimitDays: options.hardLimitDays ?? null,
          chunk,
        }),
      );
      if (!result) {
        return total;
      }
      dropped = result.dropped;
      total.dropped += result.dropped;
      total.unread += result.unread;
    }
  }
  return total;
}

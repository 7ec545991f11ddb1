import type { Knex } from 'knex';
import { StaleConsumerError } from '../port';
import type { Cursor } from './cursor';

/** One consumer of one group. */
export interface MemberId {
  readonly group: string;
  readonly member: string;
}

/** A partition in the hands of a member. */
export interface Claim {
  readonly partition: number;
  /** Grows with every change of hands. */
  readonly epoch: string;
  readonly cursor: Cursor;
}

/** What a batch asks to save for one partition. */
export interface Progress {
  readonly partition: number;
  readonly epoch: string;
  readonly from: Cursor;
  readonly to: Cursor;
}

/** Makes the cursors of a group, at the beginning of the log. */
export async function ensureCursors(
  knex: Knex,
  group: string,
  partitions: number,
): Promise<void> {
  await knex.raw(
    `
    INSERT INTO four_keys_log_cursors (group_name, partition)
    SELECT :group, generate_series(0, CAST(:last AS int))
    ON CONFLICT DO NOTHING
    `,
    { group, last: partitions - 1 },
  );
}

/**
 * A sign of life. Being alive is a row of its own and not a column of the
 * cursors, because those stay locked for as long as a handler's transaction.
 * The clock is the database's: members need not agree about the time.
 */
export async function signOfLife(
  knex: Knex,
  { group, member }: MemberId,
  leaseMs: number,
): Promise<void> {
  await knex.raw(
    `
    INSERT INTO four_keys_log_members (group_name, member, expires_at)
    VALUES (:group, :member, clock_timestamp() + :leaseMs * interval '1 millisecond')
    ON CONFLICT (group_name, member)
    DO UPDATE SET expires_at = excluded.expires_at
    `,
    { group, member, leaseMs },
  );
}

/** The members of a group that are alive, in an order that all agree on. */
export async function livingMembers(
  knex: Knex,
  group: string,
): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: Array<{ member: string }> }>(
    `
    SELECT member FROM four_keys_log_members
    WHERE group_name = :group AND expires_at > clock_timestamp()
    ORDER BY member COLLATE "C"
    `,
    { group },
  );
  return rows.map(({ member }) => member);
}

interface ClaimRow {
  partition: number;
  epoch: string;
  xid: string;
  position: string;
}

const toClaim = ({ partition, epoch, xid, position }: ClaimRow): Claim => ({
  partition,
  epoch,
  cursor: { xid, position },
});

/** The partitions that a member owns, with what the database says about them. */
export async function ownClaims(
  knex: Knex,
  { group, member }: MemberId,
): Promise<Claim[]> {
  const { rows } = await knex.raw<{ rows: ClaimRow[] }>(
    `
    SELECT partition, epoch, xid, position FROM four_keys_log_cursors
    WHERE group_name = :group AND owner = :member
    ORDER BY partition
    `,
    { group, member },
  );
  return rows.map(toClaim);
}

/**
 * Takes up to `count` partitions that nobody alive owns.
 *
 * A cursor that is locked right now is being saved by its owner, who is
 * therefore not dead: it is left alone. The answer carries the cursor as it is
 * after the lock, so it includes whatever the former owner saved last.
 */
export async function claimPartitions(
  knex: Knex,
  { group, member }: MemberId,
  count: number,
): Promise<Claim[]> {
  const { rows } = await knex.raw<{ rows: ClaimRow[] }>(
    `
    WITH free AS MATERIALIZED (
      SELECT c.partition FROM four_keys_log_cursors c
      WHERE c.group_name = :group
        AND (c.owner IS NULL OR NOT EXISTS (
          SELECT FROM four_keys_log_members m
          WHERE m.group_name = :group
            AND m.member = c.owner
            AND m.expires_at > clock_timestamp()
        ))
      ORDER BY c.partition
      LIMIT :count
      FOR UPDATE SKIP LOCKED
    )
    UPDATE four_keys_log_cursors c
    SET owner = :member, epoch = c.epoch + 1
    FROM free
    WHERE c.group_name = :group AND c.partition = free.partition
    RETURNING c.partition, c.epoch, c.xid, c.position
    `,
    { group, member, count },
  );
  return rows.map(toClaim);
}

/** Gives partitions back that the member owns. */
export async function releasePartitions(
  knex: Knex,
  { group, member }: MemberId,
  partitions: readonly number[],
): Promise<void> {
  await knex.raw(
    `
    UPDATE four_keys_log_cursors SET owner = NULL
    WHERE group_name = :group AND owner = :member
      AND partition = ANY(CAST(:partitions AS smallint[]))
    `,
    { group, member, partitions: [...partitions] },
  );
}

/** Gives everything back, and is gone. */
export async function leaveGroup(
  knex: Knex,
  { group, member }: MemberId,
): Promise<void> {
  await knex.transaction(async tx => {
    await tx('four_keys_log_cursors')
      .where({ group_name: group, owner: member })
      .update({ owner: null });
    await tx('four_keys_log_members')
      .where({ group_name: group, member })
      .delete();
    // The remains of members that were killed go with the first that leaves
    // in order; until then they are a row each and count as dead.
    await tx('four_keys_log_members')
      .where({ group_name: group })
      .whereRaw(`expires_at < clock_timestamp() - interval '1 hour'`)
      .delete();
  });
}

/**
 * Moves cursors within the caller's transaction.
 *
 * Owner and epoch fence off a member whose partitions were taken while it was
 * frozen. The place to start from fences off a gap: a batch that was never
 * committed cannot be skipped by the one after it. Saving the same batch again
 * is fine, for whoever retries a commit whose answer got lost.
 *
 * @throws StaleConsumerError when any of them does not match.
 */
export async function saveProgress(
  tx: Knex,
  { group, member }: MemberId,
  progress: readonly Progress[],
): Promise<void> {
  if (progress.length === 0) {
    return;
  }
  const { rowCount } = await tx.raw<{ rowCount: number }>(
    `
    UPDATE four_keys_log_cursors c
    SET xid = s.to_xid, position = s.to_position, saved_at = now()
    FROM unnest(
      CAST(:partitions AS smallint[]), CAST(:epochs AS bigint[]),
      CAST(:fromXids AS bigint[]), CAST(:fromPositions AS bigint[]),
      CAST(:toXids AS bigint[]), CAST(:toPositions AS bigint[])
    ) AS s (partition, epoch, from_xid, from_position, to_xid, to_position)
    WHERE c.group_name = :group
      AND c.partition = s.partition
      AND c.owner = :member
      AND c.epoch = s.epoch
      AND (c.xid, c.position) IN
        ((s.from_xid, s.from_position), (s.to_xid, s.to_position))
    `,
    {
      group,
      member,
      partitions: progress.map(({ partition }) => partition),
      epochs: progress.map(({ epoch }) => epoch),
      fromXids: progress.map(({ from }) => from.xid),
      fromPositions: progress.map(({ from }) => from.position),
      toXids: progress.map(({ to }) => to.xid),
      toPositions: progress.map(({ to }) => to.position),
    },
  );
  if (rowCount !== progress.length) {
    throw new StaleConsumerError(
      `Positions of ${
        progress.length - rowCount
      } partitions of group ${group} were not saved: they belong to another member by now, or were moved meanwhile; roll back, the records come again`,
    );
  }
}

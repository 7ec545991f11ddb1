import type { Quarantine } from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';

/** A row: a partition that stands still, or that a person has let go on. */
export interface QuarantineRow {
  readonly partition: number;
  readonly since: Date;
  readonly reason: string;
  readonly rejected: number;
  readonly seen: number;
  readonly next_trial_at: Date;
  /** Null: it stands still. */
  readonly released_at: Date | null;
}

/** The partitions that stand still. */
export async function readQuarantines(
  knex: Knex,
  transport: string,
): Promise<Array<Omit<Quarantine, 'waiting'>>> {
  const rows: QuarantineRow[] = await knex('quarantines')
    .where({ transport })
    .whereNull('released_at')
    .orderBy('partition');
  return rows.map(row => ({
    partition: row.partition,
    since: row.since.toISOString(),
    reason: row.reason,
    rejected: row.rejected,
    seen: row.seen,
    nextTrialAt: row.next_trial_at.toISOString(),
  }));
}

export async function findQuarantines(
  tx: Knex.Transaction,
  transport: string,
  partitions: readonly number[],
): Promise<Map<number, QuarantineRow>> {
  const rows: QuarantineRow[] = await tx('quarantines')
    .where({ transport })
    .whereIn('partition', partitions);
  return new Map(rows.map(row => [row.partition, row]));
}

export async function openQuarantine(
  tx: Knex.Transaction,
  row: Omit<QuarantineRow, 'released_at'> & { readonly transport: string },
): Promise<void> {
  await tx('quarantines')
    .insert({ ...row, released_at: null })
    .onConflict(['transport', 'partition'])
    .merge();
}

export async function postponeTrial(
  tx: Knex.Transaction,
  options: {
    readonly transport: string;
    readonly partition: number;
    readonly next: Date;
  },
): Promise<void> {
  const { transport, partition, next } = options;
  await tx('quarantines')
    .where({ transport, partition })
    .update({ next_trial_at: next });
}

export async function closeQuarantines(
  tx: Knex.Transaction,
  transport: string,
  partitions: readonly number[],
): Promise<void> {
  await tx('quarantines')
    .where({ transport })
    .whereIn('partition', partitions)
    .delete();
}

/**
 * Lets a partition go on because a person says so. Records that wait in it at
 * that moment no longer count as a flood.
 *
 * @returns whether it stood still
 */
export async function releaseQuarantine(
  knex: Knex,
  options: {
    readonly transport: string;
    readonly partition: number;
    readonly at: Date;
  },
): Promise<boolean> {
  const { transport, partition, at } = options;
  const released = await knex('quarantines')
    .where({ transport, partition })
    .whereNull('released_at')
    .update({ released_at: at });
  return released > 0;
}

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

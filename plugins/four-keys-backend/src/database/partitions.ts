import type { Knex } from 'knex';
import { query } from './query';

const DAY_MS = 24 * 60 * 60 * 1000;

interface Month {
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

function monthOf(instant: Date, ahead = 0): Month {
  const year = instant.getUTCFullYear();
  const month = instant.getUTCMonth() + ahead;
  const from = new Date(Date.UTC(year, month, 1));
  const to = new Date(Date.UTC(year, month + 1, 1));
  const name = from.toISOString().slice(0, 7).replace('-', '_');
  return {
    table: `events_${name}`,
    from: from.toISOString(),
    to: to.toISOString(),
  };
}

async function createMissing(knex: Knex, months: Month[]): Promise<void> {
  const names = months.map(month => month.table);
  const rows = await query<{ name: string }>(
    knex,
    'SELECT name FROM unnest(?::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NULL',
    [names],
  );
  const missing = new Set(rows.map(row => row.name));
  for (const month of months.filter(({ table }) => missing.has(table))) {
    // Two collectors may find the same month missing; the loser of an
    // unguarded CREATE would fail its whole batch.
    await query(
      knex,
      `SELECT pg_advisory_xact_lock(hashtext('four-keys events'))`,
    );
    await query(
      knex,
      `CREATE TABLE IF NOT EXISTS ${month.table} (
         LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS
       )`,
    );
    const attached = await query<unknown>(
      knex,
      'SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(?)',
      [month.table],
    );
    if (attached.length === 0) {
      // Attaching locks the parent less than creating a partition in place:
      // readers and writers of the other months go on.
      await query(
        knex,
        `ALTER TABLE events ATTACH PARTITION ${month.table}
         FOR VALUES FROM ('${month.from}') TO ('${month.to}')`,
      );
    }
  }
}

/**
 * Makes sure that raw events received at these times have a partition, and
 * those of the month after, so that the turn of a month finds one ready.
 */
export async function ensurePartitions(
  tx: Knex.Transaction,
  receivedAt: ReadonlyArray<Date>,
): Promise<void> {
  const months = new Map<string, Month>();
  for (const instant of receivedAt) {
    for (const month of [monthOf(instant), monthOf(instant, 1)]) {
      months.set(month.table, month);
    }
  }
  await createMissing(
    tx,
    [...months.values()].sort((a, b) => (a.table < b.table ? -1 : 1)),
  );
}

/** The partitions that are months, the oldest first. */
async function listMonths(knex: Knex): Promise<string[]> {
  const rows = await query<{ name: string }>(
    knex,
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass('events') ORDER BY 1`,
  );
  return rows
    .map(row => row.name)
    .filter(name => /^events_\d{4}_\d{2}$/.test(name));
}

/**
 * The first moment of the oldest month whose raw events are kept, RFC 3339
 * UTC; null: none are.
 */
export async function oldestKeptMonth(knex: Knex): Promise<string | null> {
  const [oldest] = await listMonths(knex);
  return oldest === undefined
    ? null
    : `${oldest.slice('events_'.length).replace('_', '-')}-01T00:00:00Z`;
}

/**
 * Drops the months of raw events that ended more than `keepDays` days ago.
 * Claims and what is derived from them stay.
 *
 * @param now - the present in milliseconds since the epoch
 * @returns the names of the partitions that were dropped
 * @public
 */
export async function dropOldPartitions(
  knex: Knex,
  keepDays: number,
  now: number,
): Promise<string[]> {
  const oldest = monthOf(new Date(now - keepDays * DAY_MS)).table;
  const dropped = (await listMonths(knex)).filter(name => name < oldest);
  for (const name of dropped) {
    await query(knex, `DROP TABLE IF EXISTS ${name}`);
  }
  return dropped;
}

import type { SourceHealth } from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';

/** What a batch, or a moment of the ingest, has to say about one source. */
export interface SourceCount {
  received: number;
  rejected: number;
  conflicts: number;
  lastEventAt: number | null;
  lastReceivedAt: number | null;
}

const MAX_SOURCES = 1000;
const RATES_KEPT = '2 hours';

/** Sources are text of strangers: cut, and safe for PostgreSQL. */
const cleanSource = (source: string | null) =>
  (source ?? '').replace(/\0/g, '\uFFFD').slice(0, 200) || '(unknown)';

const latest = (a: number | null, b: number | null) =>
  a === null || (b !== null && b > a) ? b : a;

/** Adds up counts by source, for as many sources as memory should hold. */
export class SourceTally {
  readonly #counts = new Map<string, SourceCount>();

  get size(): number {
    return this.#counts.size;
  }

  add(source: string | null, count: Partial<SourceCount>): void {
    let key = cleanSource(source);
    if (!this.#counts.has(key) && this.#counts.size >= MAX_SOURCES) {
      key = '(others)';
    }
    const sum = this.#counts.get(key) ?? {
      received: 0,
      rejected: 0,
      conflicts: 0,
      lastEventAt: null,
      lastReceivedAt: null,
    };
    sum.received += count.received ?? 0;
    sum.rejected += count.rejected ?? 0;
    sum.conflicts += count.conflicts ?? 0;
    sum.lastEventAt = latest(sum.lastEventAt, count.lastEventAt ?? null);
    sum.lastReceivedAt = latest(
      sum.lastReceivedAt,
      count.lastReceivedAt ?? null,
    );
    this.#counts.set(key, sum);
  }

  /** Hands over what was counted and starts again. */
  take(): Array<[source: string, count: SourceCount]> {
    // Ordered by key: two collectors that upsert the same rows never deadlock.
    const counts = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#counts.clear();
    return counts;
  }
}

const timestamp = (ms: number | null) =>
  ms === null ? null : new Date(ms).toISOString();

export async function addSourceCounts(
  knex: Knex,
  counts: ReadonlyArray<[source: string, count: SourceCount]>,
): Promise<void> {
  if (counts.length === 0) {
    return;
  }
  await knex.raw(
    `
    INSERT INTO source_stats AS s
      (source, total, rejected, conflicts, last_event_at, last_received_at)
    SELECT * FROM unnest(
      :sources ::text[], :received ::bigint[], :rejected ::bigint[],
      :conflicts ::bigint[], :eventAt ::timestamptz[], :receivedAt ::timestamptz[])
    ON CONFLICT (source) DO UPDATE SET
      total = s.total + excluded.total,
      rejected = s.rejected + excluded.rejected,
      conflicts = s.conflicts + excluded.conflicts,
      last_event_at = greatest(s.last_event_at, excluded.last_event_at),
      last_received_at = greatest(s.last_received_at, excluded.last_received_at)`,
    {
      sources: counts.map(([source]) => source),
      received: counts.map(([, count]) => count.received),
      rejected: counts.map(([, count]) => count.rejected),
      conflicts: counts.map(([, count]) => count.conflicts),
      eventAt: counts.map(([, count]) => timestamp(count.lastEventAt)),
      receivedAt: counts.map(([, count]) => timestamp(count.lastReceivedAt)),
    },
  );
  const received = counts.filter(([, count]) => count.received > 0);
  if (received.length === 0) {
    return;
  }
  await knex.raw(
    `
    INSERT INTO source_rates AS r (source, minute, received)
    SELECT source, date_trunc('minute', at), received
    FROM unnest(:sources ::text[], :at ::timestamptz[], :received ::int[])
      AS n (source, at, received)
    ON CONFLICT (minute, source) DO UPDATE
      SET received = r.received + excluded.received`,
    {
      sources: received.map(([source]) => source),
      at: received.map(([, count]) => timestamp(count.lastReceivedAt)),
      received: received.map(([, count]) => count.received),
    },
  );
}

/** Rates older than anybody asks for. */
export async function dropOldRates(knex: Knex, now: Date): Promise<void> {
  await knex('source_rates')
    .where(
      'minute',
      '<',
      knex.raw(`?::timestamptz - interval '${RATES_KEPT}'`, now),
    )
    .delete();
}

export async function readSourceHealth(
  knex: Knex,
  now: Date,
): Promise<SourceHealth[]> {
  const { rows } = await knex.raw<{
    rows: Array<{
      source: string;
      total: string;
      rejected: string;
      conflicts: string;
      last_event_at: Date | null;
      last_received_at: Date | null;
      last_hour: string;
    }>;
  }>(
    `
    SELECT s.*, coalesce((
        SELECT sum(received) FROM source_rates r
        WHERE r.source = s.source AND r.minute > :now ::timestamptz - interval '1 hour'
      ), 0) AS last_hour
    FROM source_stats s
    ORDER BY s.last_received_at DESC NULLS LAST, s.source
    LIMIT ${MAX_SOURCES}`,
    { now },
  );
  return rows.map(row => ({
    source: row.source,
    lastEventAt: row.last_event_at?.toISOString() ?? null,
    lastReceivedAt: row.last_received_at?.toISOString() ?? null,
    lastHour: Number(row.last_hour),
    total: Number(row.total),
    rejected: Number(row.rejected),
    conflicts: Number(row.conflicts),
  }));
}

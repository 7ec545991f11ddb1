import type { Knex } from 'knex';
import type {
  OutgoingRecord,
  PartitionPosition,
  TransportRecord,
} from '../port';
import { type Cursor, formatCursor, isStart } from './cursor';
import { partitionOf } from './partitionOf';

/** A record with its place, which the port knows as opaque text only. */
export interface LogRecord {
  readonly record: TransportRecord;
  readonly cursor: Cursor;
}

/**
 * Appends records in one statement, which is one transaction: all or nothing,
 * durable once it answers.
 *
 * The transaction's id is stored with each record, because it is the only
 * order in which records become visible: see {@link readRecords}.
 */
export async function appendRecords(
  knex: Knex,
  partitions: number,
  records: readonly OutgoingRecord[],
): Promise<void> {
  const { rowCount } = await knex.raw<{ rowCount: number }>(
    `
    INSERT INTO four_keys_log (partition, xid, key, value, headers)
    SELECT r.partition, w.xid, r.key, r.value, r.headers::jsonb
    FROM
      (SELECT pg_current_xact_id()::text::bigint + xid_offset AS xid
       FROM four_keys_log_settings) w,
      unnest(
        CAST(:partitions AS smallint[]), CAST(:keys AS text[]), CAST(:contents AS bytea[]), CAST(:headers AS text[])
      ) WITH ORDINALITY AS r (partition, key, value, headers, n)
    ORDER BY r.n
    `,
    {
      partitions: records.map(({ key }) => partitionOf(key, partitions)),
      keys: records.map(({ key }) => key),
      contents: records.map(({ value }) => value),
      headers: records.map(({ headers }) =>
        headers && Object.keys(headers).length > 0
          ? JSON.stringify(headers)
          : null,
      ),
    },
  );
  if (rowCount !== records.length) {
    throw new Error(
      `The log took ${rowCount} of ${records.length} records; is the row of four_keys_log_settings still there?`,
    );
  }
}

interface LogRow {
  partition: number;
  xid: string;
  position: string;
  key: string;
  value: Buffer | null;
  headers: Record<string, string> | null;
  appended_at: Date;
}

const toLogRecord = (row: LogRow): LogRecord => {
  const cursor = { xid: row.xid, position: row.position };
  return {
    cursor,
    record: {
      partition: row.partition,
      position: formatCursor(cursor),
      key: row.key,
      value: row.value,
      headers: row.headers ?? {},
      appendedAt: row.appended_at.getTime(),
    },
  };
};

const cursorBindings = (cursors: ReadonlyMap<number, Cursor>) => {
  const places = [...cursors.values()];
  return {
    partitions: [...cursors.keys()],
    xids: places.map(({ xid }) => xid),
    positions: places.map(({ position }) => position),
  };
};

const CURSORS = `unnest(
  CAST(:partitions AS smallint[]), CAST(:xids AS bigint[]), CAST(:positions AS bigint[])
) WITH ORDINALITY AS c (partition, xid, position, turn)`;

/**
 * Reads what follows the cursors, partition by partition in the order of the
 * map, until there are `maxRecords` or `maxBytes`.
 *
 * Identities are handed out before the commit: a reader that pages by them
 * steps over a transaction that commits late, for good. So records are paged
 * by (transaction id, position), and only below the oldest transaction that
 * is still running: nothing can appear below that line any more. Both sides of
 * the comparison must come from one snapshot, hence from one statement.
 *
 * Every partition is a range scan of the primary key that stops at the limit,
 * so the cost follows what is read and not what is stored.
 */
export async function readRecords(
  knex: Knex,
  cursors: ReadonlyMap<number, Cursor>,
  limits: { maxRecords: number; maxBytes: number },
): Promise<LogRecord[]> {
  const { rows } = await knex.raw<{ rows: LogRow[] }>(
    `
    WITH horizon AS MATERIALIZED (
      SELECT
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint + xid_offset AS xid
      FROM four_keys_log_settings
    ), found AS (
      SELECT c.turn, l.*
      FROM ${CURSORS}
      CROSS JOIN LATERAL (
        SELECT * FROM four_keys_log l
        WHERE l.partition = c.partition
          AND (l.xid, l.position) > (c.xid, c.position)
          AND l.xid < (SELECT xid FROM horizon)
        ORDER BY l.xid, l.position
        LIMIT :maxRecords
      ) l
      LIMIT :maxRecords
    ), sized AS (
      SELECT *, sum(coalesce(octet_length(value), 0)) OVER (
        ORDER BY turn, xid, position
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS bytes_before
      FROM found
    )
    SELECT partition, xid, position, key, value, headers, appended_at
    FROM sized
    WHERE coalesce(bytes_before, 0) < :maxBytes
    ORDER BY turn, xid, position
    `,
    { ...cursorBindings(cursors), ...limits },
  );
  return rows.map(toLogRecord);
}

/**
 * Whether committed records wait behind the cursors only because an older
 * transaction is still running.
 */
export async function hasWaitingRecords(
  knex: Knex,
  cursors: ReadonlyMap<number, Cursor>,
): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: Array<{ waiting: boolean }> }>(
    `
    SELECT EXISTS (
      SELECT FROM ${CURSORS}
      CROSS JOIN LATERAL (
        SELECT FROM four_keys_log l
        WHERE l.partition = c.partition
          AND (l.xid, l.position) > (c.xid, c.position)
        LIMIT 1
      ) l
    ) AS waiting
    `,
    cursorBindings(cursors),
  );
  return rows[0].waiting;
}

/** The oldest transaction that has written something and still runs, in words. */
export async function describeOldestWriter(knex: Knex): Promise<string> {
  const { rows } = await knex.raw<{
    rows: Array<{ pid: number; datname: string; state: string; since: Date }>;
  }>(`
    SELECT pid, datname, state, xact_start AS since
    FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL
    ORDER BY age(backend_xid) DESC
    LIMIT 1
  `);
  if (rows.length === 0) {
    return 'none that is visible; look at pg_prepared_xacts';
  }
  const [{ pid, datname, state, since }] = rows;
  return `process ${pid} in database ${datname}, ${state}, since ${since?.toISOString()}`;
}

/** Where a group stands in every partition of the log. */
export async function readPositions(
  knex: Knex,
  group: string,
  partitions: number,
): Promise<PartitionPosition[]> {
  const { rows } = await knex.raw<{
    rows: Array<{
      partition: number;
      xid: string;
      position: string;
      end_xid: string | null;
      end_position: string | null;
      lag: string;
    }>;
  }>(
    `
    SELECT p.partition,
      coalesce(c.xid, 0) AS xid, coalesce(c.position, 0) AS position,
      tip.xid AS end_xid, tip.position AS end_position,
      (SELECT count(*) FROM four_keys_log l
       WHERE l.partition = p.partition
         AND (l.xid, l.position) >
           (coalesce(c.xid, 0), coalesce(c.position, 0))) AS lag
    FROM generate_series(0, CAST(:last AS int)) AS p (partition)
    LEFT JOIN four_keys_log_cursors c
      ON c.group_name = :group AND c.partition = p.partition
    LEFT JOIN LATERAL (
      SELECT xid, position FROM four_keys_log l
      WHERE l.partition = p.partition
      ORDER BY xid DESC, position DESC
      LIMIT 1
    ) tip ON true
    ORDER BY p.partition
    `,
    { group, last: partitions - 1 },
  );
  return rows.map(row => ({
    partition: row.partition,
    committed: isStart(row) ? null : formatCursor(row),
    end:
      row.end_xid !== null && row.end_position !== null
        ? formatCursor({ xid: row.end_xid, position: row.end_position })
        : null,
    lag: Number(row.lag),
  }));
}

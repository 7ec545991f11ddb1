import type { Knex } from 'knex';
import { query } from '../database';
import type { DerivedRow, DerivedRows, DerivedTable } from './rows';

/** The key of each derived table within one service. */
const KEYS: Record<DerivedTable, readonly string[]> = {
  deployments: ['environment', 'id'],
  releases: ['tier', 'environment', 'id'],
  changes: ['sha'],
  change_deployments: ['environment', 'sha'],
  incidents: ['incident_id'],
  service_templates: ['from_time'],
};

export const DERIVED_TABLES = Object.keys(KEYS) as DerivedTable[];

const FRESH = (table: DerivedTable) =>
  `WITH fresh AS MATERIALIZED (SELECT * FROM json_populate_recordset(NULL::${table}, :rows::json))`;

/** An instant as derived rows write it. */
const utcText = (column: string) =>
  `CASE WHEN isfinite(${column})
     THEN to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     ELSE ${column}::text END`;

const sameKey = (table: DerivedTable) =>
  KEYS[table]
    .map(column => `fresh.${column} = ${table}.${column}`)
    .join(' AND ');

/** The rows of a table that are not stored as they are, and the keys of stored rows that should not be there. */
async function findChanged(
  tx: Knex.Transaction,
  table: DerivedTable,
  service: string,
  rows: readonly DerivedRow[],
): Promise<{ changed: DerivedRow[]; obsolete: DerivedRow[] }> {
  const columns = KEYS[table];
  const keyOf = (row: DerivedRow) =>
    // No text in PostgreSQL contains a NUL.
    columns.map(column => row[column]).join('\0');
  const text = columns.map(column =>
    column.endsWith('_time') ? `${utcText(column)} AS ${column}` : column,
  );
  const stored = await query<DerivedRow>(
    tx,
    `SELECT ${text.join(', ')}, fingerprint FROM ${table} WHERE service = ?`,
    [service],
  );
  const fingerprints = new Map(
    stored.map(row => [keyOf(row), row.fingerprint]),
  );
  const keys = new Set(rows.map(keyOf));
  return {
    changed: rows.filter(
      row => fingerprints.get(keyOf(row)) !== row.fingerprint,
    ),
    obsolete: stored.filter(row => !keys.has(keyOf(row))),
  };
}

async function replaceTable(
  tx: Knex.Transaction,
  table: DerivedTable,
  service: string,
  rows: readonly DerivedRow[],
): Promise<void> {
  const { changed, obsolete } = await findChanged(tx, table, service, rows);
  if (obsolete.length > 0) {
    await query(
      tx,
      `${FRESH(table)} DELETE FROM ${table} USING fresh
       WHERE ${table}.service = :service AND ${sameKey(table)}`,
      { service, rows: JSON.stringify(obsolete) },
    );
  }
  if (changed.length > 0) {
    const key = ['service', ...KEYS[table]];
    const updates = Object.keys(changed[0])
      .filter(column => !key.includes(column))
      .map(column => `${column} = EXCLUDED.${column}`);
    await query(
      tx,
      `${FRESH(table)} INSERT INTO ${table} SELECT * FROM fresh
       ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${updates.join(', ')}`,
      { rows: JSON.stringify(changed) },
    );
  }
}

/** Brings the derived rows of a service up to date, touching only those that differ. */
export async function writeRows(
  tx: Knex.Transaction,
  service: string,
  rows: DerivedRows,
): Promise<void> {
  for (const table of DERIVED_TABLES) {
    await replaceTable(tx, table, service, rows[table]);
  }
}

/** Writes the derived rows of a service whatever is stored, fingerprints included. */
export async function rewriteRows(
  tx: Knex.Transaction,
  service: string,
  rows: DerivedRows,
): Promise<void> {
  for (const table of DERIVED_TABLES) {
    await query(tx, `DELETE FROM ${table} WHERE service = ?`, [service]);
  }
  await writeRows(tx, service, rows);
}

/** A stored row that differs from what its claims say. @public */
export interface Difference {
  readonly service: string;
  readonly table: string;
  /** Null: there should be none. */
  readonly expected: unknown;
  /** Null: it is missing. */
  readonly stored: unknown;
}

/** The stored rows of a service that differ from these. */
export async function compareRows(
  knex: Knex,
  service: string,
  rows: DerivedRows,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const table of DERIVED_TABLES) {
    const found = await query<{ expected: unknown; stored: unknown }>(
      knex,
      `${FRESH(
        table,
      )}, held AS (SELECT * FROM ${table} WHERE service = :service)
       SELECT to_json(fresh) AS expected, to_json(held) AS stored
       FROM fresh FULL JOIN held ON ${sameKey(table).replaceAll(
         `${table}.`,
         'held.',
       )}
       WHERE fresh::${table} IS DISTINCT FROM held::${table}`,
      { service, rows: JSON.stringify(rows[table]) },
    );
    differences.push(...found.map(row => ({ service, table, ...row })));
  }
  return differences;
}

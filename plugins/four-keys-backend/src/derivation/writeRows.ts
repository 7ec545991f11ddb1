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

const sameKey = (table: DerivedTable) =>
  KEYS[table]
    .map(column => `fresh.${column} = ${table}.${column}`)
    .join(' AND ');

async function replaceTable(
  tx: Knex.Transaction,
  table: DerivedTable,
  service: string,
  rows: readonly DerivedRow[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  await query(
    tx,
    `${FRESH(table)}
     DELETE FROM ${table} WHERE service = :service
       AND NOT EXISTS (SELECT FROM fresh WHERE ${sameKey(table)})`,
    { service, rows: JSON.stringify(rows) },
  );
  if (rows.length === 0) {
    return;
  }
  const key = ['service', ...KEYS[table]];
  const updates = columns
    .filter(column => !key.includes(column))
    .map(column => `${column} = EXCLUDED.${column}`);
  await query(
    tx,
    `${FRESH(table)}
     INSERT INTO ${table} SELECT * FROM fresh
     WHERE NOT EXISTS (SELECT FROM ${table} WHERE ${table} IS NOT DISTINCT FROM fresh
       AND ${table}.service = :service AND ${sameKey(table)})
     ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${updates.join(', ')}`,
    { service, rows: JSON.stringify(rows) },
  );
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

import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import { query } from '../database';

/** Where a page ends: the time and the names of its last row. */
const SORT_COLUMNS = ['sort_time', 'sort_service', 'sort_place', 'sort_id'];

/** What every row of a listing is sorted by, the latest first. */
export interface SortKey {
  readonly sort_time: string;
  readonly sort_service: string;
  readonly sort_place: string;
  readonly sort_id: string;
}

/** The select list of a {@link SortKey}; the time keeps its microseconds as text. */
export const sortKey = (columns: {
  time: string;
  service: string;
  place: string;
  id: string;
}) =>
  `coalesce(${columns.time}, '-infinity') AS sort_time, ${columns.service} AS sort_service,
   coalesce(${columns.place}, '') AS sort_place, ${columns.id} AS sort_id`;

/** Which part of a listing is asked for. @public */
export interface PageRequest {
  /** How many rows at most; default 100. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

function encode(row: SortKey): string {
  const key = [row.sort_time, row.sort_service, row.sort_place, row.sort_id];
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decode(cursor: string): string[] {
  const complain = () =>
    new InputError(
      'cursor is none of ours; pass nextCursor of the page before as it is, or leave it out',
    );
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw complain();
  }
  const isKey =
    Array.isArray(key) &&
    key.length === SORT_COLUMNS.length &&
    key.every(part => typeof part === 'string' && !part.includes('\0')) &&
    (key[0] === '-infinity' || !Number.isNaN(Date.parse(key[0])));
  if (!isKey) {
    throw complain();
  }
  return key as string[];
}

/**
 * Reads one page of a listing.
 *
 * @param rows - a query whose select list has the columns of {@link SortKey}
 * @throws InputError when the cursor is none of ours
 */
export async function readPage<Row>(
  knex: Knex,
  statement: {
    readonly with: string;
    readonly rows: string;
    readonly bindings: Readonly<Record<string, unknown>>;
  },
  { limit = 100, cursor }: PageRequest,
): Promise<{ rows: Row[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decode(cursor);
  const order = SORT_COLUMNS.map(column => `${column} DESC`).join(', ');
  const found = await query<Row & SortKey>(
    knex,
    `WITH ${statement.with}, listed AS (${statement.rows})
     SELECT *, to_json(sort_time)#>>'{}' AS sort_time FROM listed
     ${
       after
         ? `WHERE (${SORT_COLUMNS.join(
             ', ',
           )}) < (:after_time::timestamptz, :after_service, :after_place, :after_id)`
         : ''
     }
     ORDER BY ${order.replaceAll('sort_', 'listed.sort_')} LIMIT :page_size`,
    {
      ...statement.bindings,
      after_time: after?.[0],
      after_service: after?.[1],
      after_place: after?.[2],
      after_id: after?.[3],
      page_size: limit + 1,
    },
  );
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? encode(last) : null };
}

import { InputError } from '@backstage/errors';

/** What sorts a row: a number, and a text that tells apart rows of the same one. */
export type RowKey = readonly [number, string];

const compare = ([a, left]: RowKey, [b, right]: RowKey) =>
  a - b || (left < right ? -1 : Number(left > right));

function decode(cursor: string): RowKey {
  try {
    const key: unknown = JSON.parse(
      Buffer.from(cursor, 'base64url').toString(),
    );
    if (
      Array.isArray(key) &&
      typeof key[0] === 'number' &&
      typeof key[1] === 'string'
    ) {
      return [key[0], key[1]];
    }
  } catch {
    // Told below, like every other text that is none.
  }
  throw new InputError(
    'cursor is none of ours; pass nextCursor of the page before as it is, or leave it out',
  );
}

/**
 * One page of rows that are all in memory, in the order of their keys.
 *
 * @throws InputError when the cursor is none of ours.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  options: {
    readonly keyOf: (row: Row) => RowKey;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): { rows: Row[]; nextCursor: string | null } {
  const { keyOf, limit, cursor } = options;
  const after = cursor === undefined ? undefined : decode(cursor);
  const rest = rows
    .map(row => ({ row, key: keyOf(row) }))
    .filter(({ key }) => after === undefined || compare(key, after) > 0)
    .sort((a, b) => compare(a.key, b.key));
  const last = rest.length > limit ? rest[limit - 1].key : undefined;
  return {
    rows: rest.slice(0, limit).map(({ row }) => row),
    nextCursor: last
      ? Buffer.from(JSON.stringify(last)).toString('base64url')
      : null,
  };
}

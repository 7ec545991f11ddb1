import { percentileOfSketch, sketchIndexSql, ZEROS } from './sketch';

/**
 * How many services get exact percentiles: as many as one page of a table
 * lists. More are a fleet, where a sort of every row costs more than the last
 * hundredth of a value is worth.
 */
export const EXACT_UP_TO_SERVICES = 100;

/** What a row has whose percentiles came as a sketch. */
export interface Sketched {
  readonly indexes: readonly number[] | null;
  readonly sizes: readonly number[] | null;
}

/** What is asked of the rows of a statement, which have `key` and `bucket`. */
export interface Aggregates extends Groups {
  /** Which rows each number counts; `count` those that have a value. */
  readonly counts: { readonly count: string; readonly [name: string]: string };
  /** Expressions of which the largest is asked for. */
  readonly largest?: Readonly<Record<string, string>>;
  /** What the percentiles and the mean are of. */
  readonly value: string;
  readonly fractions: readonly number[];
}

/** What the rows of an aggregate are told apart by. */
export interface Groups {
  /** Whether there are several keys; the one key of all others is empty. */
  readonly byKey: boolean;
  /** Whether buckets are asked for beside the whole window. */
  readonly byBucket: boolean;
}

export const groupColumns = ({ byKey, byBucket }: Groups) =>
  `${byKey ? 'key' : `'' AS key`}, ${
    byBucket ? 'bucket' : 'NULL::int AS bucket'
  }`;

/** Groups without a key that is always the same, for it would be sorted by. */
export function groupRows({ byKey, byBucket }: Groups): string {
  if (byKey) {
    return byBucket
      ? 'GROUP BY GROUPING SETS ((key), (key, bucket))'
      : 'GROUP BY key';
  }
  return `${
    byBucket ? 'GROUP BY GROUPING SETS ((), (bucket))' : ''
  } HAVING count(*) > 0`;
}

const columns = (
  named: Readonly<Record<string, string>>,
  column: (name: string, expression: string) => string,
) =>
  Object.entries(named)
    .map(([name, expression]) => `${column(name, expression)} AS ${name}, `)
    .join('');

const countWhere = (condition: string) =>
  `(count(*) FILTER (WHERE ${condition}))::int`;

/** Aggregates of the expression `rows`, percentiles by sorting. */
export function aggregateSql(asked: Aggregates): string {
  const { counts, largest = {}, value, fractions } = asked;
  return `SELECT ${groupColumns(asked)},
      ${columns(counts, (_, condition) => countWhere(condition))}
      ${columns(largest, (_, expression) => `max(${expression})`)}
      avg(${value}) FILTER (WHERE ${counts.count}) AS mean,
      percentile_cont(ARRAY[${fractions.join(
        ', ',
      )}]) WITHIN GROUP (ORDER BY ${value})
        FILTER (WHERE ${counts.count}) AS percentiles
    FROM rows ${groupRows(asked)}`;
}

/**
 * The same with a sketch in place of the percentiles. One pass over the rows
 * counts by slot, and what it finds is added up: no row is sorted.
 */
export function sketchedSql(asked: Aggregates): string {
  const { counts, largest = {}, value, byKey, byBucket } = asked;
  return `slotted AS (
      SELECT *, CASE WHEN ${counts.count} THEN ${sketchIndexSql(
    value,
  )} END AS slot FROM rows
    ), slots AS (
      SELECT ${groupColumns(asked)}, slot,
        ${columns(counts, (_, condition) => countWhere(condition))}
        ${columns(largest, (_, expression) => `max(${expression})`)}
        sum(${value}) FILTER (WHERE ${counts.count}) AS total
      FROM slotted GROUP BY ${byKey ? 'key, ' : ''}${
    byBucket ? 'bucket, ' : ''
  }slot
    )
    SELECT ${groupColumns(asked)},
      ${columns(counts, name => `sum(${name})::int`)}
      ${columns(largest, name => `max(${name})`)}
      sum(total) / nullif(sum(count), 0) AS mean,
      array_agg(slot) FILTER (WHERE slot IS NOT NULL) AS indexes,
      array_agg(count) FILTER (WHERE slot IS NOT NULL) AS sizes
    FROM slots ${groupRows(asked)}`;
}

/** The median of the expression `gap` by key, or the sketch that gives it. */
export function medianGapsSql(options: {
  readonly byKey: boolean;
  readonly approximate: boolean;
}): string {
  const groups = { byKey: options.byKey, byBucket: false };
  const rows = 'SELECT key, value FROM gap WHERE value IS NOT NULL';
  return options.approximate
    ? `SELECT ${groupColumns(groups)}, NULL::float8 AS median_gap,
         array_agg(slot) AS indexes, array_agg(size) AS sizes
       FROM (SELECT key, slot, count(*)::int AS size
         FROM (SELECT key, ${sketchIndexSql(
           'value',
         )} AS slot FROM (${rows}) AS gap) AS slotted
         GROUP BY key, slot) AS slots ${groupRows(groups)}`
    : `SELECT ${groupColumns(groups)},
         percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median_gap,
         NULL::int[] AS indexes, NULL::int[] AS sizes
       FROM (${rows}) AS gap ${groupRows(groups)}`;
}

/** What a sketch read from the database says about some fractions; null: it is empty. */
export function percentilesOf(
  { indexes, sizes }: Sketched,
  fractions: readonly number[],
): number[] | null {
  // The whole window has the slots of every bucket, each of them again.
  const counts = new Map<number, number>();
  indexes?.forEach((index, position) =>
    counts.set(index, (counts.get(index) ?? 0) + (sizes?.[position] ?? 0)),
  );
  const buckets = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => ({
      index: index === ZEROS ? null : index,
      count,
    }));
  const found = fractions
    .map(fraction => percentileOfSketch(buckets, fraction))
    .filter(value => value !== null);
  return found.length > 0 ? found : null;
}

/**
 * How far a percentile of a sketch may be off, relative to the exact one. Less
 * than the promised 1 %, because logarithms round at the edges of buckets.
 */
const RELATIVE_ERROR = 0.009;

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);

/**
 * How many values lie in one bucket: above `GAMMA ** (index - 1)` and up to
 * `GAMMA ** index`. The bucket without an index holds the zeros.
 */
export interface SketchBucket {
  readonly index: number | null;
  readonly count: number;
}

/** The bucket of a value that is not negative. */
export const sketchIndexOf = (value: number): number | null =>
  value > 0 ? Math.ceil(Math.log(value) / LOG_GAMMA) : null;

/** Stands for the bucket of the zeros where null says that there is no value. */
export const ZEROS = -2147483648;

/** The same in SQL, with `ZEROS` in place of null. */
export const sketchIndexSql = (value: string) =>
  `CASE WHEN ${value} > 0 THEN ceil(ln(${value}) / ${LOG_GAMMA}::float8)::int ELSE ${ZEROS} END`;

/** The value whose relative distance to both edges of its bucket is the same. */
const valueOf = (index: number | null) =>
  index === null ? 0 : (2 / (1 + GAMMA)) * Math.exp(LOG_GAMMA * index);

/** The value at a rank, which counts from 0. */
function valueAt(buckets: readonly SketchBucket[], rank: number): number {
  let passed = 0;
  const found = buckets.find(({ count }) => {
    passed += count;
    return rank < passed;
  });
  return valueOf(found?.index ?? null);
}

/**
 * A percentile as `percentile_cont` interpolates it. Both of its neighbours are
 * off by at most the relative error, and so is whatever lies between them.
 *
 * @param buckets - ascending, the zeros first
 * @returns null when there are no values
 */
export function percentileOfSketch(
  buckets: readonly SketchBucket[],
  fraction: number,
): number | null {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) {
    return null;
  }
  const rank = fraction * (total - 1);
  const below = valueAt(buckets, Math.floor(rank));
  const above = valueAt(buckets, Math.ceil(rank));
  return below + (rank - Math.floor(rank)) * (above - below);
}

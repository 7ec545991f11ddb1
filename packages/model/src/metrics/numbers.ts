/** "Durations in seconds"; the model reckons in milliseconds. */
export const seconds = (milliseconds: number): number => milliseconds / 1000;

/** {@link seconds} of something that may be absent. */
export const secondsOrNull = (milliseconds: number | null): number | null =>
  milliseconds === null ? null : seconds(milliseconds);

/**
 * "Percentiles interpolate linearly (`percentile_cont`): [60, 60, 60, 1440,
 * 1440, 1440] has median 750."
 *
 * @param fraction - 0.5 is the median
 * @returns null of no values
 * @public
 */
export function percentile(
  values: readonly number[],
  fraction: number,
): number | null {
  if (values.length === 0) {
    return null;
  }
  const ascending = [...values].sort((a, b) => a - b);
  const position = fraction * (ascending.length - 1);
  const below = ascending[Math.floor(position)];
  const above = ascending[Math.ceil(position)];
  return below + (position - Math.floor(position)) * (above - below);
}

/** The arithmetic mean; null of no values. */
export const mean = (values: readonly number[]): number | null =>
  values.length === 0
    ? null
    : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How often each reason occurs; "only reasons that occur". */
export function countReasons<R extends string>(
  reasons: readonly R[],
): Partial<Record<R, number>> {
  const counts: Partial<Record<R, number>> = {};
  for (const reason of [...reasons].sort()) {
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

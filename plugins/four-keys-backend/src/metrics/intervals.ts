/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

/** How many resamples are drawn: enough to tell the 2.5 % at either end. */
const RESAMPLES = 1000;

/** Beyond so many values, every n-th of them stands for the others: wider intervals, never narrower. */
const MOST_VALUES = 10_000;

/** Fewer observations than this carry no interval. */
export const FEWEST_OBSERVATIONS = 5;

/** Where a value lies, with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** So many of so many. */
export interface Ratio {
  readonly hits: number;
  readonly of: number;
}

/** Wilson's score interval of a ratio: honest near 0 and 1, and for few rows. */
export function wilson({ hits, of }: Ratio): Interval {
  const p = hits / of;
  const z2 = (Z * Z) / of;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = (Z * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of))) / (1 + z2);
  // At either end it is exactly the end, which rounding would miss.
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === of ? 1 : Math.min(1, centre + half),
  };
}

/** Newcombe's interval of the difference of two ratios, `b` less `a`. */
export function differenceOfRatios(a: Ratio, b: Ratio): Interval {
  const pa = a.hits / a.of;
  const pb = b.hits / b.of;
  const wa = wilson(a);
  const wb = wilson(b);
  return {
    low: pb - pa - Math.hypot(pb - wb.low, wa.high - pa),
    high: pb - pa + Math.hypot(wb.high - pb, pa - wa.low),
  };
}

/** Linear interpolation between the two nearest, as PostgreSQL's percentile_cont. */
export function percentile(sorted: ArrayLike<number>, fraction: number) {
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  return below + (above - below) * (position - Math.floor(position));
}

/** Numbers from 0 to 1, the same on every run: one question has one answer. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    // mulberry32, which is public domain
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function thin(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= MOST_VALUES) {
    return sorted;
  }
  const step = sorted.length / MOST_VALUES;
  return Array.from(
    { length: MOST_VALUES },
    (_, index) => sorted[Math.floor((index + 0.5) * step)],
  );
}

/** The median of one resample; nothing is sorted, for what is drawn is counted in its place. */
function resampledMedian(
  values: readonly number[],
  counts: Uint32Array,
  random: () => number,
): number {
  counts.fill(0);
  for (let draw = 0; draw < values.length; draw += 1) {
    counts[Math.floor(random() * values.length)] += 1;
  }
  const rank = (values.length - 1) / 2;
  let seen = 0;
  let below: number | undefined;
  for (let index = 0; index < values.length; index += 1) {
    seen += counts[index];
    if (below === undefined && seen > Math.floor(rank)) {
      below = values[index];
    }
    if (below !== undefined && seen > Math.ceil(rank)) {
      return (below + values[index]) / 2;
    }
  }
  return values[values.length - 1];
}

function bootstrapMedians(sorted: readonly number[], seed: number) {
  const values = thin(sorted);
  const counts = new Uint32Array(values.length);
  const random = seededRandom(seed);
  return Float64Array.from({ length: RESAMPLES }, () =>
    resampledMedian(values, counts, random),
  );
}

const middleOf = (drawn: Float64Array): Interval => {
  const sorted = drawn.sort();
  return { low: percentile(sorted, 0.025), high: percentile(sorted, 0.975) };
};

/** The bootstrap interval of a median; the values are in order. */
export function medianInterval(sorted: readonly number[]): Interval {
  return middleOf(bootstrapMedians(sorted, 1));
}

/** The bootstrap interval of the difference of two medians, `b` less `a`. */
export function differenceOfMedians(
  a: readonly number[],
  b: readonly number[],
): Interval {
  const ofA = bootstrapMedians(a, 1);
  const ofB = bootstrapMedians(b, 2);
  return middleOf(ofB.map((median, index) => median - ofA[index]));
}

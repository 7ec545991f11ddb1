import fc from 'fast-check';
import { percentileOfSketch, sketchIndexOf } from './sketch';

/** `percentile_cont` to the letter. */
function exactPercentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(rank)];
  const above = sorted[Math.ceil(rank)];
  return below + (rank - Math.floor(rank)) * (above - below);
}

function sketchOf(values: readonly number[]) {
  const counts = new Map<number | null, number>();
  for (const value of values) {
    const index = sketchIndexOf(value);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts]
    .map(([index, count]) => ({ index, count }))
    .sort((a, b) => (a.index ?? -Infinity) - (b.index ?? -Infinity));
}

/** From a millisecond to centuries, with the values between which buckets change. */
const seconds = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.double({ min: 1e-9, max: 1e12, noNaN: true }) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 1e6 }).map(ms => ms / 1e3),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: -1000, max: 1500 })
      .map(n => ((1 + 0.009) / (1 - 0.009)) ** n),
  },
  { weight: 2, arbitrary: fc.constantFrom(0.001, 1, 60, 3600, 86_400, 1e10) },
);

const samples = fc.oneof(
  fc.array(seconds, { minLength: 1, maxLength: 200 }),
  fc
    .tuple(seconds, seconds, fc.nat(20), fc.nat(20))
    .map(([a, b, m, n]) => [
      a,
      ...Array<number>(m).fill(a),
      ...Array<number>(n).fill(b),
    ]),
  seconds.map(value => [value]),
);

describe('a sketch', () => {
  it('gives every percentile with an error of at most 1 %', () => {
    fc.assert(
      fc.property(
        samples,
        fc.oneof(
          fc.constantFrom(0, 0.5, 0.75, 0.9, 0.95, 1),
          // Below, a percentile is too small for a number to hold one per cent of.
          fc.double({ min: 1e-12, max: 1, noNaN: true }),
        ),
        (values, fraction) => {
          const exact = exactPercentile(values, fraction);
          const found = percentileOfSketch(sketchOf(values), fraction);
          expect(Math.abs((found ?? NaN) - exact)).toBeLessThanOrEqual(
            0.01 * exact,
          );
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is small whatever it counts, and says nothing when it is empty', () => {
    const decade = 10 * 365 * 86_400;
    const values = Array.from(
      { length: 50_000 },
      (_, n) => (n / 5e4) ** 4 * decade,
    );
    expect(sketchOf(values).length).toBeLessThan(1_500);
    expect(percentileOfSketch([], 0.5)).toBeNull();
  });
});

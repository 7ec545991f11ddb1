import fc from 'fast-check';
import {
  differenceOfMedians,
  differenceOfRatios,
  medianInterval,
  percentile,
  wilson,
} from './intervals';

const inOrder = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b);

const samples = fc
  .array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
    minLength: 5,
    maxLength: 40,
  })
  .map(inOrder);

const ratios = fc
  .tuple(fc.nat({ max: 200 }), fc.nat({ max: 200 }))
  .filter(([, of]) => of > 0)
  .map(([hits, of]) => ({ hits: Math.min(hits, of), of }));

describe('intervals', () => {
  it('are those of the literature', () => {
    const none = wilson({ hits: 0, of: 10 });
    expect(none.low).toBe(0);
    expect(none.high).toBeCloseTo(0.2775, 4);
    expect(wilson({ hits: 13, of: 13 }).high).toBe(1);
    const half = wilson({ hits: 5, of: 10 });
    expect(half.low).toBeCloseTo(0.2366, 4);
    expect(half.high).toBeCloseTo(0.7634, 4);
    // Newcombe 1998, example (a)
    const difference = differenceOfRatios(
      { hits: 48, of: 80 },
      { hits: 56, of: 70 },
    );
    expect(difference.low).toBeCloseTo(0.0524, 4);
    expect(difference.high).toBeCloseTo(0.3339, 4);
  });

  it('hold what they are about, and mirror when the sides are swapped', () => {
    fc.assert(
      fc.property(ratios, ratios, (a, b) => {
        const { low, high } = differenceOfRatios(a, b);
        const value = b.hits / b.of - a.hits / a.of;
        expect(low).toBeLessThanOrEqual(value + 1e-12);
        expect(high).toBeGreaterThanOrEqual(value - 1e-12);
        const swapped = differenceOfRatios(b, a);
        expect(swapped.low).toBeCloseTo(-high, 10);
        expect(swapped.high).toBeCloseTo(-low, 10);
      }),
    );
    fc.assert(
      fc.property(samples, sorted => {
        const { low, high } = medianInterval(sorted);
        const median = percentile(sorted, 0.5);
        expect(low).toBeLessThanOrEqual(median);
        expect(high).toBeGreaterThanOrEqual(median);
        expect(low).toBeGreaterThanOrEqual(sorted[0]);
        expect(high).toBeLessThanOrEqual(sorted[sorted.length - 1]);
        expect(medianInterval(sorted)).toEqual({ low, high });
      }),
      { numRuns: 50 },
    );
  });

  it('cover the truth about as often as they say', () => {
    let covered = 0;
    const experiments = 200;
    for (let seed = 1; seed <= experiments; seed += 1) {
      // Exponential waiting times; their median is ln 2.
      const uniform = (index: number) =>
        ((seed * 31 + index) * 0.6180339887498949 +
          Math.sin(seed * 12.9898 + index * 78.233) * 43758.5453) %
        1;
      const sample = Array.from(
        { length: 31 },
        (_, index) => -Math.log(1 - Math.abs(uniform(index))),
      );
      const { low, high } = medianInterval(inOrder(sample));
      if (low <= Math.LN2 && Math.LN2 <= high) {
        covered += 1;
      }
    }
    expect(covered / experiments).toBeGreaterThan(0.9);
  });

  it('tell versions apart that differ, and do not where they are the same', () => {
    const slow = inOrder(Array.from({ length: 60 }, (_, n) => 3000 + n * 10));
    const fast = inOrder(Array.from({ length: 60 }, (_, n) => 1000 + n * 10));
    expect(differenceOfMedians(slow, fast).high).toBeLessThan(0);
    const same = differenceOfMedians(slow, slow);
    expect(same.low).toBeLessThan(0);
    expect(same.high).toBeGreaterThan(0);
  });
});

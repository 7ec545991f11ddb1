import fc from 'fast-check';
import { axisTicks, type AxisUnit } from './axis';

describe('the marks of an axis', () => {
  it.each([
    ['count', 0, [0, 1]],
    ['count', 3, [0, 1, 2, 3]],
    ['count', 17, [0, 5, 10, 15, 20]],
    ['duration', 2700, [0, 900, 1800, 2700]],
    ['duration', 60000, [0, 21600, 43200, 64800]],
    ['ratio', 0.3, [0, 0.1, 0.2, 0.3]],
    ['ratio', 1, [0, 0.5, 1]],
  ] satisfies Array<[AxisUnit, number, number[]]>)(
    'of a %s up to %p are %p',
    (unit, max, ticks) => {
      expect(axisTicks(unit, max)).toEqual(ticks);
    },
  );

  it('are few, begin at 0 and have room for everything', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<AxisUnit>('count', 'duration', 'ratio'),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (unit, max) => {
          const ticks = axisTicks(unit, max);
          expect(ticks[0]).toBe(0);
          expect(ticks.length).toBeLessThanOrEqual(5);
          expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(
            max * (1 - 1e-6),
          );
        },
      ),
    );
  });
});

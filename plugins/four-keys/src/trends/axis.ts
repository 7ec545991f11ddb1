const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What people put on an axis, whatever its unit is. */
const ROUND = [1, 2, 5];

const DURATIONS = [
  ...[1, 5, 10, 15, 30],
  ...[1, 5, 10, 15, 30].map(minutes => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map(hours => hours * HOUR),
  ...[1, 2, 5, 7, 14, 30, 60, 90, 180, 365].map(days => days * DAY),
];

const MOST_STEPS = 4;

/** 1, 2, 5, 10, 20, 50 and so on, in units of `unit`. */
function roundStep(max: number, unit: number): number {
  const most = max / unit / MOST_STEPS;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, most))));
  const factor = [...ROUND, 10].find(each => each * power >= most) ?? 10;
  return factor * power * unit;
}

export type AxisUnit = 'count' | 'duration' | 'ratio';

function stepFor(unit: AxisUnit, max: number): number {
  switch (unit) {
    case 'ratio':
      return roundStep(max, 0.01);
    case 'duration':
      return (
        DURATIONS.find(step => step * MOST_STEPS >= max) ?? roundStep(max, DAY)
      );
    default:
      return roundStep(max, 1);
  }
}

/**
 * The marks of an axis from 0 to at least `max`: few, and such as people would
 * write there. Durations in seconds, ratios from 0 to 1.
 */
export function axisTicks(unit: AxisUnit, max: number): number[] {
  const step = stepFor(unit, max);
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  // A sum of hundredths would end in 0.30000000000000004.
  return Array.from({ length: count + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
}

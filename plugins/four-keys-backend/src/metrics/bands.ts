import type {
  Band,
  BandLevel,
} from '@four-keys/backstage-plugin-four-keys-common';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** A level and its bound, best level first. */
type Levels = ReadonlyArray<readonly [BandLevel, number]>;

interface YearBands {
  /** Deployments a day, at least. */
  readonly frequency: Levels;
  /** Seconds, less than. */
  readonly leadTime: Levels;
  /** Ratio, at most. */
  readonly failureRate: Levels;
  /** Seconds, less than. */
  readonly restore: Levels;
}

const BANDS = {
  2019: {
    frequency: [
      ['elite', 1],
      ['high', 1 / 7],
      ['medium', 1 / 30],
    ],
    leadTime: [
      ['elite', DAY],
      ['high', 7 * DAY],
      ['medium', 30 * DAY],
    ],
    failureRate: [['elite', 0.15]],
    restore: [
      ['elite', HOUR],
      ['high', DAY],
    ],
  },
  2021: {
    frequency: [
      ['elite', 1],
      ['high', 1 / 30],
      ['medium', 1 / 182],
    ],
    leadTime: [
      ['elite', HOUR],
      ['high', 7 * DAY],
      ['medium', 182 * DAY],
    ],
    failureRate: [
      ['elite', 0.15],
      ['high', 0.3],
    ],
    restore: [
      ['elite', HOUR],
      ['high', DAY],
      ['medium', 7 * DAY],
    ],
  },
  2022: {
    frequency: [
      ['high', 1],
      ['medium', 1 / 30],
    ],
    leadTime: [
      ['high', 7 * DAY],
      ['medium', 30 * DAY],
    ],
    failureRate: [
      ['high', 0.15],
      ['medium', 0.3],
    ],
    restore: [
      ['high', DAY],
      ['medium', 7 * DAY],
    ],
  },
  2023: {
    frequency: [
      ['elite', 1],
      ['high', 1 / 7],
      ['medium', 1 / 30],
    ],
    leadTime: [
      ['elite', DAY],
      ['high', 7 * DAY],
      ['medium', 30 * DAY],
    ],
    failureRate: [
      ['elite', 0.05],
      ['high', 0.1],
      ['medium', 0.15],
    ],
    restore: [
      ['elite', HOUR],
      ['high', DAY],
      ['medium', 7 * DAY],
    ],
  },
  2024: {
    frequency: [
      ['elite', 1],
      ['high', 1 / 7],
      ['medium', 1 / 30],
    ],
    leadTime: [
      ['elite', DAY],
      ['high', 7 * DAY],
      ['medium', 30 * DAY],
    ],
    failureRate: [
      ['elite', 0.05],
      ['high', 0.2],
    ],
    restore: [
      ['elite', HOUR],
      ['high', DAY],
    ],
  },
} as const satisfies Record<number, YearBands>;

/** A year whose bands are known. @public */
export type BandYear = keyof typeof BANDS;

/** Fewer rows than that are an anecdote. */
const FEWEST_ROWS = 5;

const REACHES: Record<
  keyof YearBands,
  (value: number, bound: number) => boolean
> = {
  frequency: (value, bound) => value >= bound,
  leadTime: (value, bound) => value < bound,
  failureRate: (value, bound) => value <= bound,
  restore: (value, bound) => value < bound,
};

/** Where a value stands in the report of a year; null where nothing can be said. */
export function bandOf(
  metric: keyof YearBands,
  year: BandYear,
  value: number | null,
  count: number,
): Band | null {
  if (value === null || count < FEWEST_ROWS) {
    return null;
  }
  const levels: Levels = BANDS[year][metric];
  const reached = levels.find(([, bound]) => REACHES[metric](value, bound));
  return { year, level: reached?.[0] ?? 'low' };
}

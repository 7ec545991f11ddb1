import type {
  Band,
  BandLevel,
} from '@four-keys/backstage-plugin-four-keys-common';

/** The years whose DORA report has bands. @public */
export const BAND_YEARS = [2019, 2021, 2022, 2023, 2024] as const;

/** @public */
export type BandYear = (typeof BAND_YEARS)[number];

/** A column of the table of bands. @public */
export type BandedMetric = 'frequency' | 'leadTime' | 'failureRate' | 'restore';

type Bounds = ReadonlyArray<readonly [Exclude<BandLevel, 'low'>, number]>;

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * The table of section 4, best level first: deployments a day, seconds, and
 * ratios. Values below (frequency) or beyond (others) every bound are `low`.
 *
 * @public
 */
export const BAND_BOUNDS: Readonly<
  Record<BandYear, Readonly<Record<BandedMetric, Bounds>>>
> = {
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
};

/** "None below 5 rows (`count`)". @public */
export const MIN_BAND_ROWS = 5;

const REACHES: Record<BandedMetric, (value: number, bound: number) => boolean> =
  {
    frequency: (value, bound) => value >= bound,
    leadTime: (value, bound) => value < bound,
    failureRate: (value, bound) => value <= bound,
    restore: (value, bound) => value < bound,
  };

/**
 * "Bands are per metric and labelled with the report's year; [...] none below
 * 5 rows".
 *
 * @param value - null: there is no number, and so no band
 * @param count - the rows behind the number
 * @public
 */
export function bandOf(
  metric: BandedMetric,
  value: number | null,
  count: number,
  year: BandYear,
): Band | null {
  if (value === null || count < MIN_BAND_ROWS) {
    return null;
  }
  const reached = BAND_BOUNDS[year][metric].find(([, bound]) =>
    REACHES[metric](value, bound),
  );
  return { year, level: reached?.[0] ?? 'low' };
}

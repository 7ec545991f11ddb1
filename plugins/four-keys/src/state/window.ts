import type { SeriesBucket } from '@four-keys/backstage-plugin-four-keys-common';

/** How many days back a page looks. */
export const WINDOW_DAYS = [7, 30, 90, 180] as const;

export type WindowDays = (typeof WINDOW_DAYS)[number];

const DAY_MS = 24 * 60 * 60 * 1000;

/** The last so many days up to `now`, in milliseconds since the epoch. */
export const windowUpTo = (now: number, days: WindowDays) => ({
  from: new Date(now - days * DAY_MS).toISOString(),
  to: new Date(now).toISOString(),
});

/** Buckets that are neither a handful nor a wall. */
export const bucketFor = (days: WindowDays): SeriesBucket =>
  days <= 30 ? 'day' : 'week';

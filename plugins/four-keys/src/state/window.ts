import { parseDate } from '@internationalized/date';
import type { SeriesBucket } from '@four-keys/backstage-plugin-four-keys-common';

/** How many days back a page looks. */
export const WINDOW_DAYS = [7, 30, 90, 180, 365] as const;

export type WindowDays = (typeof WINDOW_DAYS)[number];

/** Whole days of the viewer's time zone, `2026-05-01`; the last one is in it. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** The days up to now, or days of the calendar. */
export type WindowChoice = { readonly days: WindowDays } | DayRange;

/** Instants, RFC 3339; the second one is not in it. */
export interface Instants {
  readonly from: string;
  readonly to: string;
}

/** A part of a window in a URL: its two instants with a slash between. */
export const writeSpan = ({ from, to }: Instants): string => `${from}/${to}`;

/** Reads what {@link writeSpan} wrote; undefined: somebody else wrote it. */
export function parseSpan(text: string | null): Instants | undefined {
  const [from, to, ...rest] = (text ?? '').split('/');
  const isSpan = rest.length === 0 && Date.parse(from) < Date.parse(to);
  return isSpan ? { from, to } : undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the backend answers at most. */
const MOST_DAYS = 3 * 365;

/** The last so many days up to `now`, in milliseconds since the epoch. */
const windowUpTo = (now: number, days: WindowDays): Instants => ({
  from: new Date(now - days * DAY_MS).toISOString(),
  to: new Date(now).toISOString(),
});

/** Whether text is a day, such as `2026-02-28`. */
function isDay(text: string): boolean {
  try {
    return parseDate(text).toString() === text;
  } catch {
    return false;
  }
}

/** A range that can be asked about; undefined: it cannot. */
export function dayRangeOf(
  from: string | null,
  to: string | null,
): DayRange | undefined {
  if (from === null || to === null || !isDay(from) || !isDay(to)) {
    return undefined;
  }
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days >= 1 && days <= MOST_DAYS ? { from, to } : undefined;
}

/**
 * The instants of a window: a day begins when the time zone says, which is not
 * everywhere at midnight.
 */
export function instantsOf(
  window: WindowChoice,
  { now, timezone }: { now: number; timezone: string },
): Instants {
  if ('days' in window) {
    return windowUpTo(now, window.days);
  }
  const startOf = (day: string, later = 0) =>
    parseDate(day).add({ days: later }).toDate(timezone).toISOString();
  return { from: startOf(window.from), to: startOf(window.to, 1) };
}

/** How many days a window has, whole or not. */
export const daysOf = (window: WindowChoice): number =>
  'days' in window
    ? window.days
    : (Date.parse(window.to) - Date.parse(window.from)) / DAY_MS + 1;

/** Buckets that are neither a handful nor a wall. */
export function bucketFor(window: WindowChoice): SeriesBucket {
  const days = daysOf(window);
  if (days <= 31) {
    return 'day';
  }
  return days <= 366 ? 'week' : 'month';
}

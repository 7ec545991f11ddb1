import type { SeriesBucket } from '@four-keys/backstage-plugin-four-keys-common';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A bucket of local time, `[start, end)` in milliseconds since the epoch. @public */
export interface Bucket {
  readonly start: number;
  readonly end: number;
}

/** Whether `Intl` knows a time zone by that IANA name. Offsets such as `+02:00` are no names. */
export function isTimeZone(name: string): boolean {
  try {
    return (
      /^[A-Za-z]/.test(name) &&
      new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
    );
  } catch {
    return false;
  }
}

/** Days that lead from the first date of a bucket into the next bucket, and no further. */
const LONGER_THAN = { day: 1, week: 7, month: 31 };

function firstDateOf(unit: SeriesBucket, date: number): number {
  switch (unit) {
    case 'week':
      // 1970-01-01 was a Thursday, and ISO weeks begin on Monday.
      return date - ((((date + 3) % 7) + 7) % 7);
    case 'month':
      return date - new Date(date * DAY).getUTCDate() + 1;
    default:
      return date;
  }
}

/**
 * "Buckets of local days, ISO weeks or months in `timezone` (where midnight is
 * missing or double: the first instant of the day)".
 *
 * A local date is a number here: days since 1970-01-01, whatever the zone.
 */
export class LocalCalendar {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The buckets that have an instant in `[from, to)`, in order and uncut. */
  buckets(unit: SeriesBucket, from: number, to: number): Bucket[] {
    const buckets: Bucket[] = [];
    let date = firstDateOf(unit, this.#dateAt(from));
    let start = this.#startOf(date);
    while (start < to) {
      date = firstDateOf(unit, date + LONGER_THAN[unit]);
      const end = this.#startOf(date);
      // Empty where a zone skipped a whole day, as Samoa did in 2011.
      if (start < end && from < end && from < to) {
        buckets.push({ start, end });
      }
      start = end;
    }
    return buckets;
  }

  /** What the clock on the wall shows, as if it hung in UTC. */
  #wallClock(instant: number): number {
    const parts = Object.fromEntries(
      this.#format
        .formatToParts(instant)
        .map(({ type, value }) => [type, Number(value)]),
    );
    const date = new Date(0);
    date.setUTCFullYear(parts.year, parts.month - 1, parts.day);
    date.setUTCHours(parts.hour, parts.minute, parts.second);
    return date.getTime() + (((instant % 1000) + 1000) % 1000);
  }

  #offsetAt(instant: number): number {
    return this.#wallClock(instant) - instant;
  }

  #dateAt(instant: number): number {
    return Math.floor(this.#wallClock(instant) / DAY);
  }

  /** The first instant of a local date. */
  #startOf(date: number): number {
    const midnight = date * DAY;
    const offsets = new Set<number>();
    // No zone is 28 hours away from UTC, nor changes its clocks twice in 14.
    for (const hours of [-28, -14, 0, 14, 28]) {
      offsets.add(this.#offsetAt(midnight + hours * HOUR));
    }
    const midnights = [...offsets]
      .map(offset => midnight - offset)
      .filter(instant => this.#wallClock(instant) === midnight);
    return midnights.length > 0
      ? Math.min(...midnights)
      : this.#firstInstantAfter(
          date,
          midnight - Math.max(...offsets),
          midnight - Math.min(...offsets),
        );
  }

  /** Midnight is missing: the clock jumped over it, at an instant between the two. */
  #firstInstantAfter(date: number, early: number, late: number): number {
    let before = early - 1;
    let after = late;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#dateAt(middle) >= date) {
        after = middle;
      } else {
        before = middle;
      }
    }
    return after;
  }
}

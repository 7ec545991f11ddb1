import { InputError } from '@backstage/errors';
import type { SeriesBucket } from '@four-keys/backstage-plugin-four-keys-common';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Days since 1970-01-01. */
type Day = number;

const startOf = (day: Day) => day * DAY_MS;

/** Local time of one zone. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(timezone: string) {
    try {
      this.#format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
        timeZone: timezone,
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        hourCycle: 'h23',
      });
    } catch {
      throw new InputError(
        `timezone is ${JSON.stringify(
          timezone,
        )}, which is no IANA time zone; use a name such as Europe/Berlin`,
      );
    }
  }

  /** Local time minus UTC at an instant, in milliseconds. */
  #offsetAt(instant: number): number {
    // Zones change at whole seconds.
    const second = Math.floor(instant / 1000) * 1000;
    const known = this.#offsets.get(second);
    if (known !== undefined) {
      return known;
    }
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(second)) {
      parts[type] = Number(value);
    }
    const local = new Date(0);
    local.setUTCFullYear(parts.year, parts.month - 1, parts.day);
    local.setUTCHours(parts.hour, parts.minute, parts.second);
    const offset = local.getTime() - second;
    this.#offsets.set(second, offset);
    return offset;
  }

  dayOf(instant: number): Day {
    return Math.floor((instant + this.#offsetAt(instant)) / DAY_MS);
  }

  /** Where the offset changes between two instants, by halving. */
  #transitions(from: number, to: number): number[] {
    if (this.#offsetAt(from) === this.#offsetAt(to) && to - from <= HOUR_MS) {
      return [];
    }
    if (to - from <= 1000) {
      return [to];
    }
    const middle = Math.floor((from + to) / 2000) * 1000;
    return [
      ...this.#transitions(from, middle),
      ...this.#transitions(middle, to),
    ];
  }

  /** The first instant of a local day; of one that the zone skips, of the next. */
  firstInstantOf(day: Day): number {
    const midnight = startOf(day);
    const early = midnight - 15 * HOUR_MS;
    const late = midnight + 16 * HOUR_MS;
    const offset = this.#offsetAt(early);
    // A zone that changes twice within 31 hours and ends as it began is not known.
    if (offset === this.#offsetAt(late)) {
      return midnight - offset;
    }
    const edges = [early, ...this.#transitions(early, late), late];
    for (let i = 0; i < edges.length - 1; i++) {
      const begins = Math.max(edges[i], midnight - this.#offsetAt(edges[i]));
      if (begins < edges[i + 1]) {
        return begins;
      }
    }
    return late;
  }
}

function firstDay(day: Day, bucket: SeriesBucket): Day {
  if (bucket === 'week') {
    // 1970-01-01 was a Thursday.
    return day - ((((day + 3) % 7) + 7) % 7);
  }
  if (bucket === 'month') {
    const date = new Date(startOf(day));
    return day - (date.getUTCDate() - 1);
  }
  return day;
}

function nextDay(day: Day, bucket: SeriesBucket): Day {
  if (bucket === 'month') {
    const date = new Date(startOf(day));
    date.setUTCMonth(date.getUTCMonth() + 1);
    return date.getTime() / DAY_MS;
  }
  return day + (bucket === 'week' ? 7 : 1);
}

/** A stretch of local time; `end` is the first instant after it. */
export interface Bucket {
  readonly start: number;
  readonly end: number;
}

/** The local days, ISO weeks or months that a window touches, uncut. */
export function bucketsOf(options: {
  readonly from: number;
  readonly to: number;
  readonly timezone: string;
  readonly bucket: SeriesBucket;
}): Bucket[] {
  const { from, to, bucket } = options;
  const zone = new Zone(options.timezone);
  const buckets: Bucket[] = [];
  if (from >= to) {
    return buckets;
  }
  let day = firstDay(zone.dayOf(from), bucket);
  let start = zone.firstInstantOf(day);
  while (start < to) {
    day = nextDay(day, bucket);
    const end = zone.firstInstantOf(day);
    if (end > start && end > from) {
      buckets.push({ start, end });
    }
    start = end;
  }
  return buckets;
}

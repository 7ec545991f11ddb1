import { formatDuration } from './duration';
import { formatFrequency } from './frequency';

const RELATIVE_UNITS = [
  { unit: 'day', seconds: 86400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const;

/** Numbers and dates as the viewer writes them, in words that people use. */
export class Formatter {
  readonly #locale: string | undefined;
  readonly #timezone: string;
  readonly #formats = new Map<string, unknown>();

  constructor(options: { locale?: string; timezone: string }) {
    this.#locale = options.locale;
    this.#timezone = options.timezone;
  }

  number(value: number, fractionDigits = 0): string {
    return this.#kept(
      `number ${fractionDigits}`,
      () =>
        new Intl.NumberFormat(this.#locale, {
          maximumFractionDigits: fractionDigits,
        }),
    ).format(value);
  }

  /** `3 deployments`; the plural is the singular and an s unless given. */
  count(value: number, singular: string, plural = `${singular}s`): string {
    return `${this.number(value)} ${value === 1 ? singular : plural}`;
  }

  /** Seconds as `4 h 12 min`. */
  duration(seconds: number): string {
    return formatDuration(seconds, value => this.number(value));
  }

  /** A rate a day as `3.2 a day`, `2 a week`. */
  frequency(perDay: number): string {
    return formatFrequency(perDay, (value, digits) =>
      this.number(value, digits),
    );
  }

  /** 0..1 as per cent; never rounds something to nothing or to everything. */
  ratio(value: number): string {
    const percent = (share: number) =>
      this.#kept(
        'percent',
        () =>
          new Intl.NumberFormat(this.#locale, {
            style: 'percent',
            maximumFractionDigits: 1,
          }),
      ).format(share);
    if (value > 0 && value < 0.001) {
      return `under ${percent(0.001)}`;
    }
    if (value > 0.999 && value < 1) {
      return `over ${percent(0.999)}`;
    }
    return percent(value);
  }

  /** An RFC 3339 instant as a date of the time zone. */
  day(instant: string): string {
    return this.#date(instant, { dateStyle: 'medium' });
  }

  /** An RFC 3339 instant as date and time of the time zone. */
  instant(instant: string): string {
    return this.#date(instant, { dateStyle: 'medium', timeStyle: 'short' });
  }

  /** The bucket of a series that begins there: `Week of 4 May 2026`. */
  bucket(start: string, size: 'day' | 'week' | 'month'): string {
    if (size === 'month') {
      return this.#date(start, { month: 'long', year: 'numeric' });
    }
    const day = this.day(start);
    return size === 'week' ? `Week of ${day}` : day;
  }

  /** The same for the mark of an axis: `4 May`, `May 26`. */
  bucketTick(start: string, size: 'day' | 'week' | 'month'): string {
    return this.#date(
      start,
      size === 'month'
        ? { month: 'short', year: '2-digit' }
        : { day: 'numeric', month: 'short' },
    );
  }

  /** How long before `now` an instant was: `3 days ago`. */
  ago(instant: string, now: string): string {
    const seconds = Math.max(0, (Date.parse(now) - Date.parse(instant)) / 1000);
    const { unit, seconds: size } =
      RELATIVE_UNITS.find(candidate => seconds >= candidate.seconds) ??
      RELATIVE_UNITS[RELATIVE_UNITS.length - 1];
    return this.#kept(
      'ago',
      () => new Intl.RelativeTimeFormat(this.#locale, { numeric: 'auto' }),
    ).format(-Math.floor(seconds / size), unit);
  }

  #date(instant: string, style: Intl.DateTimeFormatOptions): string {
    return this.#kept(
      JSON.stringify(style),
      () =>
        new Intl.DateTimeFormat(this.#locale, {
          ...style,
          timeZone: this.#timezone,
        }),
    ).format(new Date(instant));
  }

  /** Making one takes longer than a table has time for in every cell. */
  #kept<Format>(name: string, make: () => Format): Format {
    const known = this.#formats.get(name) as Format | undefined;
    if (known !== undefined) {
      return known;
    }
    const made = make();
    this.#formats.set(name, made);
    return made;
  }
}

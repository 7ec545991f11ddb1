import { formatInstant, parseInstant } from './time';

const LOOSE =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d+)?) ?(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})$/;

/** Later than any time in seconds that we shall see, earlier than any in milliseconds. */
const SECONDS_BELOW = 100_000_000_000;

/** The end of the year 9999, after which RFC 3339 has no text. */
const LAST_MS = 253_402_300_799_999;

/**
 * The time that a vendor wrote, in milliseconds since the epoch. Reads RFC
 * 3339, `2021-04-28 21:50:00 +0200`, `2017-09-15 16:52:00 UTC`, and seconds or
 * milliseconds since the epoch. A time without a zone is no time.
 *
 * @public
 */
export function readVendorTime(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const ms = value < SECONDS_BELOW ? value * 1000 : value;
    return value > 0 && ms <= LAST_MS ? Math.floor(ms) : undefined;
  }
  if (typeof value !== 'string') {
    return undefined;
  }
  if (/^\d{9,13}$/.test(value)) {
    return readVendorTime(Number(value));
  }
  const [, day, clock, zone] = LOOSE.exec(value) ?? [];
  if (!day) {
    return undefined;
  }
  const offset = /^[a-z]/i.test(zone)
    ? 'Z'
    : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return parseInstant(`${day}T${clock}${offset}`);
}

/** The same as RFC 3339 in UTC; undefined where it cannot be read. @public */
export function toRfc3339(value: unknown): string | undefined {
  const instant = readVendorTime(value);
  return instant === undefined ? undefined : formatInstant(instant);
}

/** Whole seconds since the epoch, for ids; undefined where it cannot be read. @public */
export function epochSecond(value: unknown): number | undefined {
  const instant = readVendorTime(value);
  return instant === undefined ? undefined : Math.floor(instant / 1000);
}

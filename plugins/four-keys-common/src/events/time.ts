const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/** The years 1 to 9999: outside of them RFC 3339 has no text, and PostgreSQL reads none. */
const FIRST_INSTANT = -62_135_596_800_000;
const LAST_INSTANT = 253_402_300_799_999;

const daysIn = (year: number, month: number) =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

/**
 * Reads an RFC 3339 date-time with a zone.
 *
 * Digits below the millisecond are cut off, not rounded, so that two readers
 * of one event never disagree about its order.
 *
 * @returns milliseconds since the epoch, or undefined when the text is not an
 * RFC 3339 date-time with a zone or names a day or hour that does not exist.
 * @public
 */
export function parseInstant(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (!match) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map(Number);
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysIn(year, month) ||
    hour > 23 ||
    minute > 59 ||
    second > 60
  ) {
    return undefined;
  }
  const fraction = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  let offset = 0;
  const zone = match[8];
  if (zone !== 'Z' && zone !== 'z') {
    const hours = Number(zone.slice(1, 3));
    const minutes = Number(zone.slice(4, 6));
    if (hours > 23 || minutes > 59) {
      return undefined;
    }
    offset = (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  }
  // Date.UTC maps the years 0 to 99 to the 20th century, setUTCFullYear does not.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, fraction);
  const instant = date.getTime() - offset;
  return instant >= FIRST_INSTANT && instant <= LAST_INSTANT
    ? instant
    : undefined;
}

/**
 * Writes an instant (milliseconds since the epoch) as RFC 3339 in UTC with milliseconds.
 *
 * @public
 */
export function formatInstant(instant: number): string {
  return new Date(instant).toISOString();
}

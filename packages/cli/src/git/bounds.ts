import { parseInstant } from '@four-keys/backstage-plugin-four-keys-common';
import { UserError } from '../runtime';

const DAY = 86_400_000;

/** A date, or a time with zone; a date means the whole day. */
export function parseBound(
  text: string | undefined,
  flag: string,
  isEnd: boolean,
): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = parseInstant(isDate ? `${text}T00:00:00Z` : text);
  if (instant === undefined) {
    throw new UserError(
      `${flag} is "${text}"; write a date such as 2026-06-30, or a time with a zone such as 2026-06-30T12:00:00Z`,
    );
  }
  return isDate && isEnd ? instant + DAY - 1 : instant;
}

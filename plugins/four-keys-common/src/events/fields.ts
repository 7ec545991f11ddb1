import { z } from 'zod/v4';
import { parseInstant } from './time';

/**
 * Longest correlation id in characters. Three of them side by side must fit
 * into one PostgreSQL index entry (2,704 bytes) at four bytes a character.
 *
 * @public
 */
export const MAX_ID_LENGTH = 200;

const idMessage = `must be a string or number of 1 to ${MAX_ID_LENGTH} characters`;

/** An opaque id. Numbers are kept as strings, because vendors send both for the same thing. */
export const idField = z
  .union([z.string(), z.number()], { error: idMessage })
  .transform(String)
  .pipe(z.string().min(1, idMessage).max(MAX_ID_LENGTH, idMessage));

/** A commit sha or the beginning of one, lower-cased. */
export const shaField = idField.transform(sha => sha.toLowerCase());

/** An environment name, lower-cased. */
export const environmentField = idField.transform(name => name.toLowerCase());

/** Text for people; never compared. */
export const textField = z
  .union([z.string(), z.number()], { error: 'must be a string' })
  .transform(String);

export const TIME_PROBLEM =
  'is not an RFC 3339 date-time with a zone, such as 2026-06-10T12:34:56Z';

/** An instant, read to milliseconds since the epoch. */
export const timeField = z
  .string({ error: TIME_PROBLEM })
  .transform((text, ctx) => {
    const instant = parseInstant(text);
    if (instant === undefined) {
      ctx.addIssue({
        code: 'custom',
        message: TIME_PROBLEM,
        params: { reason: 'invalid_time' },
      });
      return z.NEVER;
    }
    return instant;
  })
  .meta({ format: 'date-time' });

export const labelsField = z
  .union(
    [
      z.array(textField),
      z
        .record(z.string(), textField)
        .transform(map =>
          Object.entries(map).map(([name, value]) => `${name}:${value}`),
        ),
    ],
    { error: 'must be a list of texts, or a map of texts' },
  )
  .describe('Labels of the change, as a list or as a map');

/** An entry of `commits[]`: a sha, or a sha with the time it was committed. */
export const commitField = z.union(
  [
    shaField.transform(sha => ({
      sha,
      committed_at: undefined as number | undefined,
    })),
    z
      .looseObject({ sha: shaField, committed_at: timeField.optional() })
      .transform(({ sha, committed_at }) => ({ sha, committed_at })),
  ],
  { error: 'must be a sha, or {sha, committed_at}' },
);

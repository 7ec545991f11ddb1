import type { Rejection } from './validate';

/** The deepest nesting of objects and lists within an event. @public */
export const MAX_DEPTH = 20;

/** Keys that would reach the prototype of an object built from the event. */
const FORBIDDEN_KEYS = new Set(['__proto__']);

const LONE_SURROGATE =
  /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function textProblem(text: string): string | undefined {
  if (text.includes('\0')) {
    return 'contains a NUL character, which PostgreSQL cannot store; remove it';
  }
  if (LONE_SURROGATE.test(text)) {
    return 'contains half of a surrogate pair, which is no Unicode text; send whole characters';
  }
  return undefined;
}

/** Bytes of a string within JSON, from below: escapes are not counted. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) {
      bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
    }
  }
  return bytes;
}

/**
 * What makes an event unfit to be stored, whatever it says: its size, its
 * depth, or characters and keys that a database or a program chokes on.
 */
export function findStructuralProblem(
  event: object,
  maxBytes: number,
): Rejection | undefined {
  let bytes = 0;

  const visit = (
    value: unknown,
    path: string,
    depth: number,
  ): Rejection | undefined => {
    if (typeof value === 'string') {
      bytes += utf8Bytes(value) + 2;
      const problem = textProblem(value);
      return problem
        ? {
            code: 'forbidden_characters',
            field: path,
            message: `${path} ${problem}`,
          }
        : undefined;
    }
    if (typeof value !== 'object' || value === null) {
      bytes += String(value).length;
      return undefined;
    }
    if (depth > MAX_DEPTH) {
      return {
        code: 'too_deep',
        field: path,
        message: `${path} lies more than ${MAX_DEPTH} levels deep; flatten the event`,
      };
    }
    bytes += 2;
    const isList = Array.isArray(value);
    for (const key of Object.keys(value)) {
      const at = path === '' ? key : `${path}.${key}`;
      if (!isList) {
        bytes += utf8Bytes(key) + 3;
        const problem = FORBIDDEN_KEYS.has(key)
          ? 'is not allowed; rename it'
          : textProblem(key);
        if (problem) {
          return {
            code: 'forbidden_characters',
            field: path === '' ? JSON.stringify(key) : path,
            message: `${path} has the key ${JSON.stringify(
              key,
            )}, which ${problem}`,
          };
        }
      }
      bytes += 1;
      if (bytes > maxBytes) {
        return tooLarge(maxBytes);
      }
      const problem = visit(
        (value as Record<string, unknown>)[key],
        at,
        depth + 1,
      );
      if (problem) {
        return problem;
      }
    }
    return undefined;
  };

  const problem = visit(event, '', 1);
  return problem ?? (bytes > maxBytes ? tooLarge(maxBytes) : undefined);
}

function tooLarge(maxBytes: number): Rejection {
  return {
    code: 'event_too_large',
    message: `The event is larger than ${
      maxBytes / 1024
    } KiB; send one event per commit or pull request, and links instead of logs`,
  };
}

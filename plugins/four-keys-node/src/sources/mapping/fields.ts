import type { JsonObject } from '@backstage/types';
import type { SourceResult } from '../port';

/** Without the fields that say nothing. @public */
export function given(data: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(data).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    ),
  ) as JsonObject;
}

/** A text, or a number as text; undefined for anything else. @public */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : undefined;
}

/** An object, also where it was written as JSON; empty for anything else. @public */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  let read = value;
  if (typeof read === 'string') {
    try {
      read = JSON.parse(read);
    } catch {
      return {};
    }
  }
  return typeof read === 'object' && read !== null && !Array.isArray(read)
    ? (read as Record<string, unknown>)
    : {};
}

/** A whole sha of git. @public */
export const isSha = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i.test(value);

/** The answer to a webhook that says nothing to us. @public */
export const ignored = (reason: string): SourceResult => ({ ignored: reason });

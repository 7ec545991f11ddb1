import type { z } from 'zod/v4';
import type { SourceResult } from '../port';
import { ignored } from './fields';

/**
 * Reads a body before it is mapped. What the vendor never sends says nothing
 * to us either, and why is told to who reads the deliveries.
 *
 * @public
 */
export function reading<S extends z.ZodType, Rest extends unknown[]>(
  schema: S,
  map: (body: z.output<S>, ...rest: Rest) => SourceResult,
): (body: unknown, ...rest: Rest) => SourceResult {
  return (body, ...rest) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      const [{ path, message }] = parsed.error.issues;
      return ignored(
        `the body cannot be read, ${path.join('.') || 'body'}: ${message}`,
      );
    }
    return map(parsed.data, ...rest);
  };
}

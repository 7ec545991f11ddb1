import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** What a page points at, in its URL: back leads to what was pointed at before. */
export function usePointers<Name extends string>(
  names: readonly Name[],
): {
  pointers: Readonly<Record<Name, string | null>>;
  point: (to: Partial<Record<Name, string | null>>) => void;
} {
  const [query, setQuery] = useSearchParams();
  const pointers = Object.fromEntries(
    names.map(name => [name, query.get(name)]),
  ) as Record<Name, string | null>;
  const point = useCallback(
    (to: Partial<Record<Name, string | null>>) =>
      setQuery(current => {
        const next = new URLSearchParams(current);
        for (const [name, value] of Object.entries<string | null | undefined>(
          to,
        )) {
          if (value === null || value === undefined) {
            next.delete(name);
          } else {
            next.set(name, value);
          }
        }
        return next;
      }),
    [setQuery],
  );
  return { pointers, point };
}

import { useMemo } from 'react';
import type { Asked, TableDimension } from '../state';

/** The same question about one row of the table; no row: the question itself. */
export function useRowQuestion(
  { question, key }: Asked,
  by: TableDimension,
  row: string | null,
): Asked {
  return useMemo(
    () =>
      row === null
        ? { question, key }
        : {
            key,
            question: {
              ...question,
              scope: { environment: question.scope.environment, [by]: row },
            },
          },
    [question, key, by, row],
  );
}

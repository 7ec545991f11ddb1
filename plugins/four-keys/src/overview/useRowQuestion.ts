import type { MetricsScope } from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import type { Asked, TableDimension } from '../state';

/**
 * A service of a team is asked for as such: what it did for another one is not
 * in its row. Teams of what somebody owns are asked for by themselves.
 */
function narrow(
  scope: MetricsScope,
  by: TableDimension,
  row: string,
): MetricsScope {
  return by === 'service'
    ? { ...scope, service: row }
    : { environment: scope.environment, [by]: row };
}

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
              scope: narrow(question.scope, by, row),
            },
          },
    [question, key, by, row],
  );
}

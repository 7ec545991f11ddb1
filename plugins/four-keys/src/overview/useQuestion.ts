import { useMemo } from 'react';
import type { MetricsQuestion } from '../api';
import {
  bucketFor,
  windowUpTo,
  type TableDimension,
  type View,
} from '../state';

/**
 * The question of a view about everything. It ends at the moment in which the
 * view was chosen, so that tiles, rows and explanations answer the same one.
 */
export function useQuestion({
  environment,
  days,
  timezone,
}: Pick<View, 'environment' | 'days' | 'timezone'>): MetricsQuestion {
  return useMemo(
    () => ({
      scope: { environment },
      ...windowUpTo(Date.now(), days),
      timezone,
      bucket: bucketFor(days),
    }),
    [environment, days, timezone],
  );
}

/** The same question about one row of the table; no row: the question itself. */
export function useRowQuestion(
  question: MetricsQuestion,
  by: TableDimension,
  row: string | null,
): MetricsQuestion {
  return useMemo(
    () =>
      row === null
        ? question
        : {
            ...question,
            scope: { environment: question.scope.environment, [by]: row },
          },
    [question, by, row],
  );
}

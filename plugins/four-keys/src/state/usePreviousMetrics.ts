import { useApi } from '@backstage/frontend-plugin-api';
import type { Metrics } from '@four-keys/backstage-plugin-four-keys-common';
import { useCallback } from 'react';
import { fourKeysApiRef, type MetricsQuestion } from '../api';
import { useAnswer } from './useAnswer';

/** The same question about the window before, as long and just as far back. */
export function previousQuestion(question: MetricsQuestion): MetricsQuestion {
  const from = Date.parse(question.from);
  const length = Date.parse(question.to) - from;
  return {
    ...question,
    from: new Date(from - length).toISOString(),
    to: question.from,
  };
}

/**
 * The metrics of the window before; undefined: on their way, null: they could
 * not be had, which takes nothing from those of today.
 */
export function usePreviousMetrics(
  question: MetricsQuestion,
): Metrics | null | undefined {
  const api = useApi(fourKeysApiRef);
  const { value, isPending } = useAnswer(
    useCallback(
      (signal: AbortSignal) =>
        api.metrics(previousQuestion(question), { signal }),
      [api, question],
    ),
  );
  return isPending ? undefined : value?.metrics ?? null;
}

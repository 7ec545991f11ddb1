import type {
  Metrics,
  MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { MetricsQuestion } from '../api';
import type { Page } from './usePage';
import { useAnswer, type Answer } from './useAnswer';

/** What is asked, and the name under which its answers are kept. */
export type Asked = Pick<Page, 'question' | 'key'>;

/** Every metric of a question. */
export const useMetrics = ({ question, key }: Asked): Answer<MetricsAnswer> =>
  useAnswer(['metrics', key, question.scope], (api, options) =>
    api.metrics(question, options),
  );

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
export function usePreviousMetrics({
  question,
  key,
}: Asked): Metrics | null | undefined {
  const { value, isPending, isOther } = useAnswer(
    ['metrics before', key, question.scope],
    (api, options) => api.metrics(previousQuestion(question), options),
  );
  return isOther || (isPending && !value) ? undefined : value?.metrics ?? null;
}

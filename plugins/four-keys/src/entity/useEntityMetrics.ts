import { useEntity } from '@backstage/plugin-catalog-react';
import type { MetricsAnswer } from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import { useMetrics, type Answer, type Asked } from '../state';
import { scopeOf } from './serviceOf';

/** What a page asks, about the entity that it belongs to. */
export function useEntityQuestion({ question, key }: Asked): Asked {
  const { entity } = useEntity();
  const service = scopeOf(entity);
  return useMemo(
    () => ({
      key,
      question: { ...question, scope: { ...question.scope, service } },
    }),
    [question, key, service],
  );
}

/** The metrics of the entity, as a page asks for them. */
export function useEntityMetrics(page: Asked): {
  asked: Asked;
  answer: Answer<MetricsAnswer>;
} {
  const asked = useEntityQuestion(page);
  return { asked, answer: useMetrics(asked) };
}

import { useApi } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import type { MetricsAnswer } from '@four-keys/backstage-plugin-four-keys-common';
import { useCallback, useMemo } from 'react';
import { fourKeysApiRef, FourKeysApiError, type MetricsQuestion } from '../api';
import {
  bucketFor,
  useAnswer,
  windowUpTo,
  type Answer,
  type View,
} from '../state';
import { scopeOf } from './serviceOf';

/** The metrics of the entity of this page, as a view asks for them. */
export function useEntityMetrics({
  environment,
  days,
  timezone,
}: Pick<View, 'environment' | 'days' | 'timezone'>): {
  question: MetricsQuestion;
  answer: Answer<MetricsAnswer>;
} {
  const api = useApi(fourKeysApiRef);
  const { entity } = useEntity();
  const service = scopeOf(entity);
  const question = useMemo(
    () => ({
      scope: { service, environment },
      ...windowUpTo(Date.now(), days),
      timezone,
      bucket: bucketFor(days),
    }),
    [service, environment, days, timezone],
  );
  const answer = useAnswer(
    useCallback(
      (signal: AbortSignal) => api.metrics(question, { signal }),
      [api, question],
    ),
  );
  return { question, answer };
}

/** The backend has never heard of the service: no event names it. */
export const isUnknownService = (error: Error | undefined): boolean =>
  error instanceof FourKeysApiError && error.code === 'unknown_scope';

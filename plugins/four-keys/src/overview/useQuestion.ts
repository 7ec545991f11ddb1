import { useMemo } from 'react';
import type { MetricsQuestion } from '../api';
import { bucketFor, windowUpTo, type View } from '../state';

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

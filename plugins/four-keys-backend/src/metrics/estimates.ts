import type { Estimate } from '@four-keys/backstage-plugin-four-keys-common';
import {
  FEWEST_OBSERVATIONS,
  medianInterval,
  percentile,
  wilson,
  type Ratio,
} from './intervals';

const NO_INTERVAL = { low: null, high: null };

/** A ratio with its interval, where there is enough to say one. */
export function estimateRatio(ratio: Ratio): Estimate {
  const { hits, of } = ratio;
  return {
    value: of === 0 ? null : hits / of,
    ...(of < FEWEST_OBSERVATIONS ? NO_INTERVAL : wilson(ratio)),
    count: of,
  };
}

/** A median with its interval, where there is enough to say one. */
export function estimateMedian(
  sorted: readonly number[],
): Estimate & { p90: number | null } {
  const count = sorted.length;
  return {
    value: count === 0 ? null : percentile(sorted, 0.5),
    ...(count < FEWEST_OBSERVATIONS ? NO_INTERVAL : medianInterval(sorted)),
    count,
    p90: count === 0 ? null : percentile(sorted, 0.9),
  };
}

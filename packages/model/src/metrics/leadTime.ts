import type {
  LeadTime,
  MetricStatus,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Delivery, Rows } from '../rows';
import { bandOf, type BandYear } from './bands';
import { countReasons, mean, percentile, secondsOrNull } from './numbers';
import { hasData, isWithin, type Window } from './window';

/** A delivery with its lead time in milliseconds, or the reason why it has none. */
type Measured =
  | { readonly delivery: Delivery; readonly took: number }
  | {
      readonly delivery: Delivery;
      readonly excluded: 'commit_time_unknown' | 'deployed_before_commit';
    };

function measure(delivery: Delivery): Measured {
  if (delivery.t0 === null) {
    return { delivery, excluded: 'commit_time_unknown' };
  }
  const took = delivery.deployment.finishedAt - delivery.t0;
  return took < 0
    ? { delivery, excluded: 'deployed_before_commit' }
    : { delivery, took };
}

/**
 * "`finished_at - t0` of each change at the deployment it belongs to: median,
 * p75, p90, p95, mean, `count`, `lowerBound` (how many); coverage = successes
 * with known contents of all; all of it by deployment, not release".
 */
export function leadTime(
  rows: Rows,
  window: Window,
  { bandYear }: { readonly bandYear: BandYear },
): Omit<LeadTime, 'unit'> {
  const isIn = isWithin(window);
  const successes = rows.successes.filter(success =>
    isIn(success.deployment.finishedAt),
  );
  const known = successes.filter(success => success.contents.known);
  const measured = rows.deliveries
    .filter(delivery => isIn(delivery.deployment.finishedAt))
    .map(measure);
  const included = measured.flatMap(row => ('took' in row ? [row] : []));
  const excluded = measured.flatMap(row =>
    'excluded' in row ? [row.excluded] : [],
  );

  const status = ((): MetricStatus => {
    if (!hasData(rows, window)) {
      return 'no_data';
    }
    if (successes.length === 0) {
      return 'no_deployments';
    }
    if (known.length === 0) {
      return 'contents_unknown';
    }
    if (measured.length === 0) {
      return 'no_changes';
    }
    return included.length === 0 ? 'inconsistent' : 'ok';
  })();
  const times = included.map(row => row.took);
  const at = (fraction: number) => secondsOrNull(percentile(times, fraction));
  const p50 = at(0.5);
  return {
    status,
    value: p50,
    p50,
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    mean: secondsOrNull(mean(times)),
    count: included.length,
    lowerBound: included.filter(row => row.delivery.lowerBound).length,
    coverage: { with: known.length, of: successes.length },
    excluded: countReasons(excluded),
    band: bandOf('leadTime', p50, included.length, bandYear),
  };
}

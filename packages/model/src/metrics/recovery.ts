import type {
  FailedDeploymentRecoveryTime,
  MetricStatus,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Rows } from '../rows';
import { bandOf, type BandYear } from './bands';
import { countReasons, percentile, secondsOrNull } from './numbers';
import { hasData, isWithin, type Window } from './window';

/**
 * "Recovered - `finished_at` of each failed non-rollback: median, p90,
 * `count`. A release: from its `finished_at` to the latest recovery of its
 * failed members, once all have one". In the window by recovery.
 *
 * @param isSourceKnown - whether a service of the scope has an incident source
 */
export function failedDeploymentRecoveryTime(
  rows: Rows,
  window: Window,
  isSourceKnown: boolean,
  { bandYear }: { readonly bandYear: BandYear },
): Omit<FailedDeploymentRecoveryTime, 'unit'> {
  const times = rows.releases.flatMap(release =>
    !release.rollback &&
    release.recoveredAt !== null &&
    isWithin(window)(release.recoveredAt)
      ? [release.recoveredAt - release.finishedAt]
      : [],
  );
  const included = times.filter(time => time >= 0);
  const excluded = times
    .filter(time => time < 0)
    .map(() => 'recovered_before_failure' as const);

  const status = ((): MetricStatus => {
    if (!hasData(rows, window)) {
      return 'no_data';
    }
    if (times.length === 0) {
      return isSourceKnown ? 'no_failures' : 'no_incident_source';
    }
    return included.length === 0 ? 'inconsistent' : 'ok';
  })();
  const at = (fraction: number) =>
    secondsOrNull(percentile(included, fraction));
  const p50 = at(0.5);
  return {
    status,
    value: p50,
    p50,
    p90: at(0.9),
    count: included.length,
    excluded: countReasons(excluded),
    band: bandOf('restore', p50, included.length, bandYear),
  };
}

import type {
  ChangeFailureRate,
  MetricStatus,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Release } from '../releases';
import type { Rows } from '../rows';
import { bandOf, type BandYear } from './bands';
import { releasesIn } from './deployments';
import type { KnowsIncidents } from './sources';
import { hasData, type Window } from './window';

const servicesOf = (releases: readonly Release[]) =>
  new Set(releases.map(release => release.service));

/**
 * "Failed non-rollback successes / non-rollback successes. [...] Only services
 * whose incident source is known enter; `coverage {with, of}` counts services
 * with non-rollback successes in the window. If none is known there is no
 * rate, and `failed` and `count` are those of all services".
 *
 * @param knows - decided for the window of the question, also in a bucket
 */
export function changeFailureRate(
  rows: Rows,
  window: Window,
  knows: KnowsIncidents,
  { bandYear }: { readonly bandYear: BandYear },
): Omit<ChangeFailureRate, 'unit'> {
  const all = releasesIn(rows, window).filter(release => !release.rollback);
  const known = all.filter(release => knows(release.service));
  const entering = known.length > 0 ? known : all;
  const failed = entering.filter(release => release.failed).length;
  const count = entering.length;

  const status = ((): MetricStatus => {
    if (!hasData(rows, window)) {
      return 'no_data';
    }
    if (all.length === 0) {
      return 'no_deployments';
    }
    return known.length === 0 ? 'no_incident_source' : 'ok';
  })();
  const value = status === 'ok' ? failed / count : null;
  return {
    status,
    value,
    failed,
    count,
    coverage: { with: servicesOf(known).size, of: servicesOf(all).size },
    band: bandOf('failureRate', value, count, bandYear),
  };
}

import type {
  DeploymentFrequency,
  DeploymentReworkRate,
  DeploymentSuccessRate,
} from '@four-keys/backstage-plugin-four-keys-common';
import { groupBy } from '../order';
import type { Release } from '../releases';
import type { Rows } from '../rows';
import { bandOf, type BandYear } from './bands';
import { percentile, secondsOrNull } from './numbers';
import { hasData, isWithin, observedDays, type Window } from './window';

/** The releases that finished in the window. */
export const releasesIn = (rows: Rows, window: Window): Release[] =>
  rows.releases.filter(release => isWithin(window)(release.finishedAt));

/**
 * "`medianGap` between consecutive successes of one service, both in the
 * window, pooled".
 */
function medianGap(releases: readonly Release[]): number | null {
  const gaps = [...groupBy(releases, release => release.service).values()]
    .map(ofService =>
      ofService.map(release => release.finishedAt).sort((a, b) => a - b),
    )
    .flatMap(times => times.slice(1).map((time, i) => time - times[i]));
  return percentile(gaps, 0.5);
}

/** "Successes, rollbacks included / observed days". */
export function deploymentFrequency(
  rows: Rows,
  window: Window,
  options: { readonly bandYear: BandYear; readonly ofOneService: boolean },
): Omit<DeploymentFrequency, 'unit'> {
  const releases = releasesIn(rows, window);
  const days = observedDays(rows, window);
  const count = releases.length;
  const value = days === null ? null : count / days;
  return {
    status: value === null ? 'no_data' : 'ok',
    value,
    count,
    medianGap: secondsOrNull(medianGap(releases)),
    // "None for the frequency unless one service is asked for."
    band: options.ofOneService
      ? bandOf('frequency', value, count, options.bandYear)
      : null,
  };
}

/** "Successes that are rollbacks, hotfixes or have `remediates` / successes". */
export function deploymentReworkRate(
  rows: Rows,
  window: Window,
): Omit<DeploymentReworkRate, 'unit'> {
  const releases = releasesIn(rows, window);
  const rework = releases.filter(release => release.rework).length;
  const count = releases.length;
  if (!hasData(rows, window)) {
    return { status: 'no_data', value: null, rework, count };
  }
  if (count === 0) {
    return { status: 'no_deployments', value: null, rework, count };
  }
  return { status: 'ok', value: rework / count, rework, count };
}

/** "Successes / (successes + failures), by deployment, not release". */
export function deploymentSuccessRate(
  rows: Rows,
  window: Window,
): Omit<DeploymentSuccessRate, 'unit'> {
  const isIn = isWithin(window);
  const succeeded = rows.successes.filter(success =>
    isIn(success.deployment.finishedAt),
  ).length;
  const failed = rows.failures.filter(failure =>
    isIn(failure.finishedAt),
  ).length;
  if (!hasData(rows, window)) {
    return { status: 'no_data', value: null, succeeded, failed };
  }
  const all = succeeded + failed;
  if (all === 0) {
    return { status: 'no_deployments', value: null, succeeded, failed };
  }
  return { status: 'ok', value: succeeded / all, succeeded, failed };
}

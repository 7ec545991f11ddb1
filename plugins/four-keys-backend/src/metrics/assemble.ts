import type {
  Excluded,
  Metrics,
  MetricStatus,
  SeriesPoint,
} from '@four-keys/backstage-plugin-four-keys-common';
import { formatInstant } from '@four-keys/backstage-plugin-four-keys-common';
import { bandOf, type BandYear } from './bands';
import type { Bucket } from './buckets';
import type {
  DeploymentCounts,
  LeadTimes,
  Recoveries,
  Restores,
  ScopeServices,
  UnitCounts,
} from './counts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the statements found out about one row of an answer. */
export interface Findings {
  readonly window: { readonly from: number; readonly to: number };
  /** The first finished deployment before the window's end. */
  readonly first: number | undefined;
  readonly units: UnitCounts | undefined;
  readonly deployments: DeploymentCounts | undefined;
  readonly leadTimes: LeadTimes | undefined;
  readonly restores: Restores | undefined;
  readonly recoveries: Recoveries | undefined;
  readonly services: ScopeServices | undefined;
  /** Whether the percentiles come from sketches. */
  readonly approximate?: boolean;
  readonly bandYear: BandYear;
  /** Only a single service's frequency has a band. */
  readonly isOneService: boolean;
}

/** The status of the first reason that applies, and the value only where none does. */
function judge(
  reasons: ReadonlyArray<readonly [applies: boolean, status: MetricStatus]>,
): MetricStatus {
  return reasons.find(([applies]) => applies)?.[1] ?? 'ok';
}

const ifOk = (status: MetricStatus, value: number | null | undefined) =>
  status === 'ok' ? value ?? null : null;

/** Says of a percentile that is there that it is approximate, and nothing of others. */
const accuracyOf = (found: Findings, percentile: number | null) =>
  found.approximate && percentile !== null ? { approximate: true } : {};

function excludedOf(counts: Excluded): Excluded {
  return Object.fromEntries(
    Object.entries(counts).filter(([, count]) => count > 0),
  );
}

/** Fractional days of the window in which there was something to observe, at least 1. */
export function observedDaysOf(
  window: { readonly from: number; readonly to: number },
  first: number | undefined,
): number | null {
  return first === undefined
    ? null
    : Math.max(1, (window.to - Math.max(window.from, first)) / DAY_MS);
}

function deploymentFrequency(found: Findings): Metrics['deploymentFrequency'] {
  const observedDays = observedDaysOf(found.window, found.first);
  const count = found.units?.successes ?? 0;
  const status = judge([[observedDays === null, 'no_data']]);
  const value = ifOk(status, observedDays && count / observedDays);
  const medianGap = ifOk(status, found.units?.median_gap);
  return {
    status,
    value,
    unit: 'deployments/day',
    count,
    medianGap,
    ...accuracyOf(found, medianGap),
    band: found.isOneService
      ? bandOf('frequency', found.bandYear, value, count)
      : null,
  };
}

function leadTime(found: Findings): Metrics['leadTime'] {
  const { leadTimes, deployments } = found;
  const count = leadTimes?.count ?? 0;
  const successes = deployments?.succeeded ?? 0;
  const known = deployments?.contents_known ?? 0;
  const status = judge([
    [found.first === undefined, 'no_data'],
    [successes === 0, 'no_deployments'],
    [known === 0, 'contents_unknown'],
    [(leadTimes?.changes ?? 0) === 0, 'no_changes'],
    [count === 0, 'inconsistent'],
  ]);
  const [p50, p75, p90, p95] = leadTimes?.percentiles ?? [];
  const value = ifOk(status, p50);
  return {
    status,
    value,
    unit: 'seconds',
    p50: value,
    p75: ifOk(status, p75),
    p90: ifOk(status, p90),
    p95: ifOk(status, p95),
    mean: ifOk(status, leadTimes?.mean),
    count,
    lowerBound: leadTimes?.lower_bound ?? 0,
    coverage: { with: known, of: successes },
    excluded: excludedOf({
      deployed_before_commit: leadTimes?.before_commit ?? 0,
      commit_time_unknown: leadTimes?.time_unknown ?? 0,
    }),
    ...accuracyOf(found, value),
    band: bandOf('leadTime', found.bandYear, value, count),
  };
}

function changeFailureRate(found: Findings): Metrics['changeFailureRate'] {
  const { units } = found;
  const isKnown = (units?.known_services ?? 0) > 0;
  const failed = (isKnown ? units?.known_failed : units?.forward_failed) ?? 0;
  const count = (isKnown ? units?.known_forward : units?.forward) ?? 0;
  const status = judge([
    [found.first === undefined, 'no_data'],
    [count === 0, 'no_deployments'],
    [!isKnown, 'no_incident_source'],
  ]);
  const value = ifOk(status, failed / count);
  return {
    status,
    value,
    unit: 'ratio',
    failed,
    count,
    coverage: {
      with: units?.known_services ?? 0,
      of: units?.services ?? 0,
    },
    band: bandOf('failureRate', found.bandYear, value, count),
  };
}

function timeToRestore(found: Findings): Metrics['timeToRestore'] {
  const { restores } = found;
  const count = restores?.count ?? 0;
  const open = restores?.open ?? 0;
  const status = judge([
    [(found.services?.known ?? 0) === 0, 'no_incident_source'],
    [count === 0 && open > 0, 'only_open'],
    [count === 0, 'no_incidents'],
  ]);
  const [p50, p90] = restores?.percentiles ?? [];
  const value = ifOk(status, p50);
  return {
    status,
    value,
    unit: 'seconds',
    p50: value,
    mean: ifOk(status, restores?.mean),
    p90: ifOk(status, p90),
    count,
    open,
    oldestOpenAge: restores?.oldest_open_age ?? null,
    excluded: excludedOf({
      resolved_before_opened: restores?.only_resolved ?? 0,
    }),
    ...accuracyOf(found, value),
    band: bandOf('restore', found.bandYear, value, count),
  };
}

function failedDeploymentRecoveryTime(
  found: Findings,
): Metrics['failedDeploymentRecoveryTime'] {
  const { recoveries } = found;
  const count = recoveries?.count ?? 0;
  const excluded = recoveries?.before_failure ?? 0;
  const hasRows = count + excluded > 0;
  const status = judge([
    [found.first === undefined, 'no_data'],
    [!hasRows && (found.services?.known ?? 0) === 0, 'no_incident_source'],
    [hasRows && count === 0, 'inconsistent'],
    [!hasRows, 'no_failures'],
  ]);
  const [p50, p90] = recoveries?.percentiles ?? [];
  const value = ifOk(status, p50);
  return {
    status,
    value,
    unit: 'seconds',
    p50: value,
    p90: ifOk(status, p90),
    count,
    excluded: excludedOf({ recovered_before_failure: excluded }),
    ...accuracyOf(found, value),
    band: bandOf('restore', found.bandYear, value, count),
  };
}

function deploymentReworkRate(
  found: Findings,
): Metrics['deploymentReworkRate'] {
  const rework = found.units?.rework ?? 0;
  const count = found.units?.successes ?? 0;
  const status = judge([
    [found.first === undefined, 'no_data'],
    [count === 0, 'no_deployments'],
  ]);
  const value = ifOk(status, rework / count);
  return { status, value, unit: 'ratio', rework, count };
}

function deploymentSuccessRate(
  found: Findings,
): Metrics['deploymentSuccessRate'] {
  const succeeded = found.deployments?.succeeded ?? 0;
  const failed = found.deployments?.failed ?? 0;
  const status = judge([
    [found.first === undefined, 'no_data'],
    [succeeded + failed === 0, 'no_deployments'],
  ]);
  const value = ifOk(status, succeeded / (succeeded + failed));
  return { status, value, unit: 'ratio', succeeded, failed };
}

/** Turns what was counted into metrics, each with the reason where there is none. */
export function assembleMetrics(found: Findings): Metrics {
  return {
    deploymentFrequency: deploymentFrequency(found),
    leadTime: leadTime(found),
    changeFailureRate: changeFailureRate(found),
    timeToRestore: timeToRestore(found),
    failedDeploymentRecoveryTime: failedDeploymentRecoveryTime(found),
    deploymentReworkRate: deploymentReworkRate(found),
    deploymentSuccessRate: deploymentSuccessRate(found),
  };
}

/** Whether a bucket is cut by the window (which ends now at the latest) or by the first deployment. */
function isPartial(
  bucket: Bucket,
  window: { readonly from: number; readonly to: number },
  first: number | undefined,
): boolean {
  return (
    bucket.start < window.from ||
    bucket.end > window.to ||
    (first !== undefined && bucket.start < first && first < bucket.end)
  );
}

/** The points of a series, one a bucket. Positions count from 1, as PostgreSQL counts them. */
export function assembleSeries(options: {
  readonly buckets: readonly Bucket[];
  readonly window: { readonly from: number; readonly to: number };
  readonly first: number | undefined;
  /** Whether the whole window has a failure rate. */
  readonly hasKnownSource: boolean;
  readonly units: ReadonlyMap<number, UnitCounts>;
  readonly leadTimes: ReadonlyMap<number, LeadTimes>;
  readonly restores: ReadonlyMap<number, Restores>;
}): SeriesPoint[] {
  const { window, first } = options;
  return options.buckets.map((bucket, index) => {
    const units = options.units.get(index + 1);
    const isBefore = first === undefined || bucket.end <= first;
    const known = options.hasKnownSource ? units?.known_forward ?? 0 : 0;
    return {
      start: formatInstant(bucket.start),
      partial: isPartial(bucket, window, first),
      deployments: isBefore ? null : units?.successes ?? 0,
      leadTimeP50: options.leadTimes.get(index + 1)?.percentiles?.[0] ?? null,
      changeFailureRate: known > 0 ? (units?.known_failed ?? 0) / known : null,
      timeToRestoreP50:
        options.restores.get(index + 1)?.percentiles?.[0] ?? null,
    };
  });
}

/**
 * Why there is no number, in the order in which the reasons are tried.
 *
 * @public
 */
export type MetricStatus =
  | 'ok'
  | 'no_data'
  | 'no_deployments'
  | 'no_incident_source'
  | 'contents_unknown'
  | 'no_changes'
  | 'inconsistent'
  | 'only_open'
  | 'no_incidents'
  | 'no_failures';

/** Why a row is left out of a metric. @public */
export type ExclusionReason =
  | 'deployed_before_commit'
  | 'commit_time_unknown'
  | 'recovered_before_failure'
  | 'resolved_before_opened';

/** Rows left out, by reason; only reasons that occur. @public */
export type Excluded = Partial<Record<ExclusionReason, number>>;

/** @public */
export type BandLevel = 'elite' | 'high' | 'medium' | 'low';

/** Where a value stands in the DORA report of a year. @public */
export interface Band {
  year: number;
  level: BandLevel;
}

/** How many have what the metric needs, of how many. @public */
export interface Coverage {
  with: number;
  of: number;
}

/**
 * What every metric has. `value` is null whenever `status` is not `ok`; null
 * never means 0.
 *
 * @public
 */
export interface MetricBase<Unit extends string> {
  status: MetricStatus;
  value: number | null;
  unit: Unit;
}

/**
 * What a metric with percentiles has.
 *
 * @public
 */
export interface WithPercentiles {
  /**
   * True where the percentiles come from a sketch, because the question is
   * about many services: at most 1 % off. Absent: exact. Counts and means are
   * always exact.
   */
  approximate?: boolean;
}

/** Successes per observed day. `medianGap` in seconds. @public */
export interface DeploymentFrequency
  extends MetricBase<'deployments/day'>,
    WithPercentiles {
  count: number;
  medianGap: number | null;
  band: Band | null;
}

/** Seconds from commit to deployment. @public */
export interface LeadTime extends MetricBase<'seconds'>, WithPercentiles {
  p50: number | null;
  p75: number | null;
  p90: number | null;
  p95: number | null;
  mean: number | null;
  count: number;
  /** How many of the times are at least this long, because the commit time is unknown. */
  lowerBound: number;
  coverage: Coverage;
  excluded: Excluded;
  band: Band | null;
}

/** Failed non-rollback successes of all non-rollback successes, 0..1. @public */
export interface ChangeFailureRate extends MetricBase<'ratio'> {
  failed: number;
  count: number;
  /** Services whose incident source is known, of those with non-rollback successes. */
  coverage: Coverage;
  band: Band | null;
}

/** Seconds that resolved incidents were active. @public */
export interface TimeToRestore extends MetricBase<'seconds'>, WithPercentiles {
  p50: number | null;
  mean: number | null;
  p90: number | null;
  count: number;
  open: number;
  /** Seconds from the start of the oldest open incident to the window's end. */
  oldestOpenAge: number | null;
  excluded: Excluded;
  band: Band | null;
}

/** Seconds from a failed deployment to its recovery. @public */
export interface FailedDeploymentRecoveryTime
  extends MetricBase<'seconds'>,
    WithPercentiles {
  p50: number | null;
  p90: number | null;
  count: number;
  excluded: Excluded;
  band: Band | null;
}

/** Rollbacks, hotfixes and remediations of all successes, 0..1. @public */
export interface DeploymentReworkRate extends MetricBase<'ratio'> {
  rework: number;
  count: number;
}

/** Successes of successes and failures, 0..1. @public */
export interface DeploymentSuccessRate extends MetricBase<'ratio'> {
  succeeded: number;
  failed: number;
}

/** Every metric of one scope and window. @public */
export interface Metrics {
  deploymentFrequency: DeploymentFrequency;
  leadTime: LeadTime;
  changeFailureRate: ChangeFailureRate;
  timeToRestore: TimeToRestore;
  failedDeploymentRecoveryTime: FailedDeploymentRecoveryTime;
  deploymentReworkRate: DeploymentReworkRate;
  deploymentSuccessRate: DeploymentSuccessRate;
}

/** @public */
export const METRIC_NAMES = [
  'deploymentFrequency',
  'leadTime',
  'changeFailureRate',
  'timeToRestore',
  'failedDeploymentRecoveryTime',
  'deploymentReworkRate',
  'deploymentSuccessRate',
] as const satisfies readonly (keyof Metrics)[];

/** @public */
export type MetricName = (typeof METRIC_NAMES)[number];

/** @public */
export const SERIES_BUCKETS = ['day', 'week', 'month'] as const;

/** @public */
export type SeriesBucket = (typeof SERIES_BUCKETS)[number];

/** One bucket of local time. Durations in seconds. @public */
export interface SeriesPoint {
  /** First instant of the local bucket, RFC 3339 UTC; may lie before the window. */
  start: string;
  /** Cut by the window, by now, or by the first finished deployment. */
  partial: boolean;
  /** Null before the first finished deployment of the scope. */
  deployments: number | null;
  leadTimeP50: number | null;
  changeFailureRate: number | null;
  timeToRestoreP50: number | null;
}

/** @public */
export interface MetricsWindow {
  from: string;
  /** Cut to now. */
  to: string;
  timezone: string;
  /** Null where no deployment finished before the window's end. */
  observedDays: number | null;
}

/**
 * What is asked about. At most one of team, system, domain and template, of
 * which a service may be asked for; none of all: every service.
 *
 * @public
 */
export interface MetricsScope {
  service?: string;
  /** One entity ref, or several with commas between. */
  team?: string;
  system?: string;
  domain?: string;
  template?: string;
  templateVersion?: string;
  /** A tier, or one environment's name. */
  environment: string;
}

/** How many services a viewer may see, of those in the scope. @public */
export interface Visibility {
  visible: number;
  of: number;
}

/** The body of `GET /metrics`. @public */
export interface MetricsAnswer {
  scope: MetricsScope;
  window: MetricsWindow;
  metrics: Metrics;
  series: SeriesPoint[];
  services: Visibility;
  /** One plain sentence per metric, made from the same rows. */
  explanation: Record<MetricName, string>;
  /** The moment up to which the numbers are complete, RFC 3339 UTC. */
  asOf: string;
}

/** @public */
export const METRIC_DIMENSIONS = [
  'service',
  'team',
  'system',
  'domain',
  'template',
  'template-version',
  'environment',
] as const;

/** @public */
export type MetricDimension = (typeof METRIC_DIMENSIONS)[number];

/** One row of `GET /metrics/by/{dimension}`. @public */
export interface MetricsRow {
  /** The service id, entity ref, template id, `template@version` or environment. */
  key: string;
  /** The catalog entity of a service; null: unregistered, or not a service. */
  entityRef: string | null;
  metrics: Metrics;
  /** When the row's latest deployment finished, RFC 3339 UTC. */
  lastDeploymentAt: string | null;
  /** Deployments per bucket over the window, for a sparkline; null before the first. */
  trend: Array<number | null>;
}

/** The body of `GET /metrics/by/{dimension}`. @public */
export interface MetricsTable {
  dimension: MetricDimension;
  scope: MetricsScope;
  window: Omit<MetricsWindow, 'observedDays'>;
  rows: MetricsRow[];
  totalRows: number;
  services: Visibility;
  asOf: string;
}

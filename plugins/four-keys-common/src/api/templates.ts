import type { Visibility } from './metrics';

/**
 * A number with the interval that it lies in with 95 % confidence, given that
 * many observations. Null bounds: too few to say.
 *
 * @public
 */
export interface Estimate {
  value: number | null;
  low: number | null;
  high: number | null;
  /** How many observations it is made of. */
  count: number;
}

/** What became of the runs of a template, or of one version of it. @public */
export interface TemplateStatistics {
  runs: {
    /** Runs that ended in the window, or began in it and go on. */
    count: number;
    succeeded: number;
    failed: number;
    cancelled: number;
    running: number;
  };
  /** Successes of successes and failures, 0..1. */
  successRate: Estimate;
  /** Seconds that successful runs took. */
  duration: Estimate & { p90: number | null };
  /**
   * Seconds from a successful run to the first successful deployment of the
   * service it made, in the environment asked for.
   */
  timeToFirstDeployment: Estimate & {
    p90: number | null;
    /** Services made in the window that have not been deployed yet. */
    waiting: number;
  };
  /** Services that come from it at the window's end. */
  services: number;
  /** Teams that own them. */
  teams: number;
  /** Their successful deployments in the window. */
  deployments: number;
}

/** @public */
export interface TemplateVersionRow extends TemplateStatistics {
  /** Null: runs and services that name none. */
  version: string | null;
}

/** @public */
export interface TemplateRow extends TemplateStatistics {
  template: string;
  /** The latest first. */
  versions: TemplateVersionRow[];
}

/** How far templates are used. @public */
export interface TemplateAdoption {
  /** Services that come from a template, of all; at the window's end. */
  services: { with: number; of: number };
  /** Teams that own one of those, of the teams that own a service. */
  teams: { with: number; of: number };
  /** Successful deployments of services from a template, of all in the window. */
  deployments: { with: number; of: number };
}

/** The body of `GET /templates`. @public */
export interface TemplatesAnswer {
  environment: string;
  window: { from: string; to: string };
  adoption: TemplateAdoption;
  /** By name. */
  templates: TemplateRow[];
  services: Visibility;
  asOf: string;
}

/** @public */
export const COMPARED_METRICS = [
  'runSuccessRate',
  'runDuration',
  'timeToFirstDeployment',
  'leadTime',
  'changeFailureRate',
  'deploymentSuccessRate',
  'timeToRestore',
] as const;

/** @public */
export type ComparedMetric = (typeof COMPARED_METRICS)[number];

/**
 * One metric of two versions.
 *
 * `verdict`: `higher` or `lower` where the interval of the difference leaves
 * out 0; `unclear` where it does not; `too_few` where a side has fewer than
 * five observations, and then no interval is given.
 *
 * @public
 */
export interface TemplateComparisonRow {
  metric: ComparedMetric;
  unit: 'seconds' | 'ratio';
  a: Estimate;
  b: Estimate;
  /** `b` less `a`, with the interval that it lies in with 95 % confidence. */
  difference: Omit<Estimate, 'count'>;
  verdict: 'higher' | 'lower' | 'unclear' | 'too_few';
}

/** The body of `GET /templates/{template}/comparison`. @public */
export interface TemplateComparison {
  template: string;
  a: string;
  b: string;
  environment: string;
  window: { from: string; to: string };
  metrics: TemplateComparisonRow[];
  services: Visibility;
  asOf: string;
}

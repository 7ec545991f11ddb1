/** Rows of the whole window have no bucket; the others count from 1. */
interface Grouped {
  readonly key: string;
  readonly bucket: number | null;
}

/** Successes as they count in the question: releases of a tier, deployments of an environment. */
export interface UnitCounts extends Grouped {
  readonly successes: number;
  readonly rework: number;
  /** Successes that are no rollbacks, of all services, and those among them that failed. */
  readonly forward: number;
  readonly forward_failed: number;
  /** The same of services whose incident source is known. */
  readonly known_forward: number;
  readonly known_failed: number;
  readonly services: number;
  readonly known_services: number;
  readonly median_gap: number | null;
}

export interface DeploymentCounts {
  readonly key: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly contents_known: number;
}

export interface LeadTimes extends Grouped {
  readonly changes: number;
  readonly count: number;
  readonly lower_bound: number;
  readonly before_commit: number;
  readonly time_unknown: number;
  readonly percentiles: number[] | null;
  readonly mean: number | null;
}

export interface Restores extends Grouped {
  readonly count: number;
  readonly percentiles: number[] | null;
  readonly mean: number | null;
  readonly only_resolved: number;
  readonly open: number;
  readonly oldest_open_age: number | null;
}

export interface Recoveries {
  readonly key: string;
  readonly count: number;
  readonly percentiles: number[] | null;
  readonly before_failure: number;
}

export interface ScopeServices {
  readonly key: string;
  readonly services: number;
  readonly visible: number;
  readonly known: number;
}

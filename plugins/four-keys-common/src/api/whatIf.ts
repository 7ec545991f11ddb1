import type { MetricsAnswer, MetricsScope, SeriesBucket } from './metrics';

/**
 * Rules that a question tries instead of the configured ones; a rule that is
 * left out stays as it is configured.
 *
 * @public
 */
export interface WhatIfRules {
  /** How long after a deployment an incident is still blamed on it: `4h`, `P1D`, or `{ hours: 4 }`. */
  failureWindow?: string | Record<string, number>;
  /** Globs of environments and their tiers; the first match wins. */
  environments?: Array<{ tier: string; match: string | string[] }>;
  /** Kinds of deployments that take part in no metric; the rule today is `restart` and `scale`. */
  excludedKinds?: string[];
}

/** The body of a request to `POST /what-if`. @public */
export interface WhatIfRequest extends Partial<MetricsScope> {
  /** RFC 3339 with zone; default 30 days before `to`. */
  from?: string;
  /** RFC 3339 with zone; default now. */
  to?: string;
  /** IANA name; default UTC. */
  timezone?: string;
  /** Default week. */
  bucket?: SeriesBucket;
  rules?: WhatIfRules;
}

/** What some rules make of a deployment. @public */
export interface DeploymentVerdict {
  /** The tier of its environment; null: unmapped. */
  tier: string | null;
  /** Whether it counts as a success in this question. */
  counts: boolean;
  rollback: boolean;
  rework: boolean;
  failed: boolean;
  /** When users were well again, RFC 3339 UTC; null: not failed, or not yet. */
  recoveredAt: string | null;
  /** How many changes it brought first to where the question is about. */
  changes: number;
}

/** A deployment on which two sets of rules disagree. @public */
export interface WhatIfDifference {
  service: string;
  environment: string;
  id: string;
  /** RFC 3339 UTC. */
  finishedAt: string;
  kind: string | null;
  today: DeploymentVerdict;
  changed: DeploymentVerdict;
}

/** The body of the answer of `POST /what-if`. @public */
export interface WhatIfAnswer {
  /** With the rules that are configured. */
  today: MetricsAnswer;
  /** With the rules that were tried. */
  changed: MetricsAnswer;
  /** The latest first; the first 500. */
  differences: WhatIfDifference[];
  /** How many there are, those that are not listed among them. */
  totalDifferences: number;
}

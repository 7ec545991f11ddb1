import type {
  ExclusionReason,
  MetricName,
  MetricsScope,
  Visibility,
} from './metrics';

/** @public */
export type LinkMethod = 'corrected' | 'explicit' | 'window' | 'unlinked';

/** @public */
export interface DeploymentRow {
  service: string;
  entityRef: string | null;
  environment: string;
  tier: string | null;
  /** The deployment id, or `run:` and the run's id. */
  id: string;
  status: 'success' | 'failure' | 'cancelled' | 'running';
  startedAt: string | null;
  finishedAt: string | null;
  kind: string | null;
  version: string | null;
  commitSha: string | null;
  pipelineRunId: string | null;
  releaseId: string | null;
  correlationId: string | null;
  template: string | null;
  templateVersion: string | null;
  rollback: boolean;
  failed: boolean;
  /** The id of the deployment that this rollback undid. */
  undid: string | null;
  recoveredAt: string | null;
  contentsKnown: boolean;
  /** How many changes belong to it. */
  changes: number;
}

/** @public */
export interface IncidentRow {
  service: string;
  entityRef: string | null;
  incidentId: string;
  environment: string;
  title: string | null;
  url: string | null;
  severity: string | null;
  external: boolean;
  start: string | null;
  resolvedAt: string | null;
  /** Seconds active; null while open. */
  duration: number | null;
  link: {
    method: LinkMethod;
    service: string | null;
    environment: string | null;
    deploymentId: string | null;
  };
}

/** @public */
export interface ChangeRow {
  service: string;
  entityRef: string | null;
  commitSha: string;
  prId: string | null;
  branch: string | null;
  repository: string | null;
  /** When the clock of its lead time starts; null: unknown. */
  committedAt: string | null;
  lowerBound: boolean;
  openedAt: string | null;
  firstReviewAt: string | null;
  mergedAt: string | null;
  /** The deployment of the asked environment that it belongs to. */
  deployment: { environment: string; id: string; finishedAt: string } | null;
  /** Seconds from commit to deployment; null: not deployed, or no commit time. */
  leadTime: number | null;
  template: string | null;
  templateVersion: string | null;
}

/** A page of rows; `nextCursor` null: the last one. @public */
export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
  services: Visibility;
}

/** A row behind a number. `value` in the metric's unit. @public */
export interface EvidenceRow {
  /** A deployment, a change or an incident, whichever the metric counts. */
  kind: 'deployment' | 'change' | 'incident';
  service: string;
  environment: string | null;
  id: string;
  /** The time that puts the row into the window, RFC 3339 UTC. */
  at: string | null;
  /** What the row adds: seconds of a duration, 1 or 0 of a ratio's numerator. */
  value: number | null;
  /** Set: left out, and why. */
  excluded: ExclusionReason | EvidenceExclusion | null;
  /** Further facts for the reader, such as the incident that blames it. */
  details: Record<string, string | number | boolean | null>;
}

/** Reasons beyond those that metrics count under `excluded`. @public */
export type EvidenceExclusion =
  | 'rollback_not_counted'
  | 'incident_source_unknown'
  | 'contents_unknown'
  | 'still_open'
  | 'external'
  | 'restart_or_scale'
  | 'not_finished'
  | 'not_recovered';

/** The body of `GET /metrics/{metric}/evidence`. @public */
export interface Evidence extends Page<EvidenceRow> {
  metric: MetricName;
  scope: MetricsScope;
  explanation: string;
  totals: { included: number; excluded: number };
}

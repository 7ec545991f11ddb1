import type { ChangeUrls } from '../links';
import type { LeadTimePart } from './leadTime';
import type {
  ExclusionReason,
  MetricName,
  Metrics,
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
  /** Incidents that are blamed on it. */
  incidents: number;
  /** The id of the deployment of its environment that rolled it back. */
  undoneBy: string | null;
  urls: {
    commit: string | null;
    pipeline: string | null;
  };
}

/** What a person said about the cause of an incident. @public */
export interface IncidentCorrection {
  /** Who, as an entity ref or the subject of a token; null: not recorded. */
  by: string | null;
  /** RFC 3339 UTC. */
  at: string;
  reason: string | null;
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
  /** The last correction of the link; null: nobody corrected it. */
  correction: IncidentCorrection | null;
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
  /** The lead time, split at the moments that events tell; empty without one. */
  leadTimeParts: LeadTimePart[];
  urls: ChangeUrls;
  template: string | null;
  templateVersion: string | null;
}

/** A run of the pipeline that built what a deployment deployed. @public */
export interface BuildRow {
  pipelineRunId: string;
  /** As its events say it; null: running, or not told. */
  status: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  artifact: string | null;
  url: string | null;
}

/** The body of `GET /deployments/{id}`. @public */
export interface DeploymentDetail {
  deployment: DeploymentRow;
  /** Those that belong to it, the latest first; the first 500. */
  changes: ChangeRow[];
  /** Runs that built its commit, or that it names; the earliest first. */
  builds: BuildRow[];
  /** Incidents that are blamed on it. */
  incidents: IncidentRow[];
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
  /** The catalog entity of the service; null: unregistered. */
  entityRef: string | null;
  environment: string | null;
  id: string;
  /** The time that puts the row into the window, RFC 3339 UTC. */
  at: string | null;
  /** What the row adds: seconds of a duration, 1 or 0 of a ratio's numerator. */
  value: number | null;
  /** Set: left out, and why. */
  excluded: ExclusionReason | EvidenceExclusion | null;
  /** Where the row can be read about, as far as its events tell. */
  urls: EvidenceUrls;
  /** Further facts for the reader, such as the incident that blames it. */
  details: Record<string, string | number | boolean | null>;
}

/** Links of a row; those that nothing tells are absent. @public */
export interface EvidenceUrls {
  commit?: string;
  pullRequest?: string;
  pipeline?: string;
  incident?: string;
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

/** @public */
export const EVIDENCE_PARTS = ['all', 'included', 'excluded'] as const;

/** Which rows of the evidence are asked for. @public */
export type EvidencePart = (typeof EVIDENCE_PARTS)[number];

/** The body of `GET /metrics/{metric}/evidence`. @public */
export interface Evidence extends Page<EvidenceRow> {
  metric: MetricName;
  scope: MetricsScope;
  /** The number itself, with what it was made of. */
  measured: Metrics[MetricName];
  explanation: string;
  totals: { included: number; excluded: number };
}

import { createApiRef } from '@backstage/frontend-plugin-api';
import type {
  DeadLetter,
  DeploymentDetail,
  DeploymentRow,
  Evidence,
  EvidencePart,
  IncidentRow,
  MetricDimension,
  MetricName,
  MetricsAnswer,
  MetricsScope,
  MetricsTable,
  Page,
  PipelineHealth,
  ReadinessAnswer,
  SeriesBucket,
  TemplateComparison,
  TemplatesAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';

/** What is asked about, when, and in whose days. @public */
export interface MetricsQuestion {
  readonly scope: Readonly<MetricsScope>;
  /** First instant of the window, RFC 3339. */
  readonly from: string;
  /** First instant after the window, RFC 3339. */
  readonly to: string;
  /** IANA name of the time zone that the buckets follow. */
  readonly timezone: string;
  readonly bucket: SeriesBucket;
}

/** What a table can be sorted by. @public */
export type TableSortKey =
  | 'key'
  | 'deploymentFrequency'
  | 'leadTime'
  | 'changeFailureRate'
  | 'timeToRestore'
  | 'lastDeploymentAt';

/** One page of a table. @public */
export interface TablePageRequest {
  readonly sort: TableSortKey;
  readonly order: 'asc' | 'desc';
  /** How many rows to skip. */
  readonly offset: number;
  /** How many rows to answer at most. */
  readonly limit: number;
}

/** One page of rows: evidence, deployments, incidents and so on. @public */
export interface EvidencePageRequest {
  /** Those in the number, those left out, or all; default all. */
  readonly rows?: EvidencePart;
  /** The `nextCursor` of the page before; none: the first page. */
  readonly cursor?: string;
  /** How many rows to answer at most, up to 500. */
  readonly limit: number;
}

/** The names by which one deployment is found. @public */
export interface DeploymentName {
  /** The service id, or the entity ref of the service. */
  readonly service: string;
  /** The name of one environment. */
  readonly environment: string;
  readonly id: string;
}

/** What a person says about the cause of an incident. @public */
export interface LinkCorrection {
  /** The service of the incident. */
  readonly service: string;
  /** Null: no deployment is to blame. */
  readonly deploymentId: string | null;
  /** Where the deployment is; none: where the incident is. */
  readonly environment?: string;
  readonly reason?: string;
}

/** @public */
export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/**
 * What the pages read from the backend. Every method rejects with a
 * {@link FourKeysApiError} when the backend answers with an error, and with an
 * `AbortError` when its signal aborts.
 *
 * @public
 */
export interface FourKeysApi {
  /** Every metric of one scope. */
  metrics(
    question: MetricsQuestion,
    options?: RequestOptions,
  ): Promise<MetricsAnswer>;
  /** Every metric, one row per service, team and so on. */
  metricsBy(
    dimension: MetricDimension,
    question: MetricsQuestion,
    page: TablePageRequest,
    options?: RequestOptions,
  ): Promise<MetricsTable>;
  /** The rows behind one number, and those left out of it. */
  evidence(
    metric: MetricName,
    question: MetricsQuestion,
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<Evidence>;
  /** Deployments of every status and kind, the latest first. */
  deployments(
    question: MetricsQuestion,
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<Page<DeploymentRow>>;
  /** One deployment with what was in it, what built it and what is blamed on it. */
  deployment(
    name: DeploymentName,
    options?: RequestOptions,
  ): Promise<DeploymentDetail>;
  /** Incidents that were active in the window, the latest first. */
  incidents(
    question: MetricsQuestion,
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<Page<IncidentRow>>;
  /** Says which deployment an incident is blamed on; `applied`: the numbers have it already. */
  correctLink(
    incidentId: string,
    correction: LinkCorrection,
  ): Promise<{ applied: boolean }>;
  /** How templates are used; of the question only the environment and the window count. */
  templates(
    question: MetricsQuestion,
    options?: RequestOptions,
  ): Promise<TemplatesAnswer>;
  /** Two versions of a template side by side. */
  compareTemplates(
    versions: {
      readonly template: string;
      readonly a: string;
      readonly b: string;
    },
    question: MetricsQuestion,
    options?: RequestOptions,
  ): Promise<TemplateComparison>;
  /** Records that could not be stored, the latest first. */
  deadLetters(
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<{ rows: DeadLetter[]; nextCursor: string | null }>;
  /** Sends a record through the pipeline again; doing so twice is the same as once. */
  replayDeadLetter(id: string): Promise<DeadLetter>;
  /** How far the entities of the catalog are from being measured well. */
  readiness(options?: RequestOptions): Promise<ReadinessAnswer>;
  /** How the pipeline that feeds the numbers is. */
  pipelineHealth(options?: RequestOptions): Promise<PipelineHealth>;
  /** Where events are sent, for the pages that teach it. */
  eventsUrl(): Promise<string>;
}

/** @public */
export const fourKeysApiRef = createApiRef<FourKeysApi>().with({
  id: 'plugin.four-keys.api',
  pluginId: 'four-keys',
});

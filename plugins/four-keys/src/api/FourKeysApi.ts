import { createApiRef } from '@backstage/frontend-plugin-api';
import type {
  Evidence,
  EvidencePart,
  MetricDimension,
  MetricName,
  MetricsAnswer,
  MetricsScope,
  MetricsTable,
  PipelineHealth,
  SeriesBucket,
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

/** One page of the rows behind a number. @public */
export interface EvidencePageRequest {
  /** Those in the number, those left out, or all; default all. */
  readonly rows?: EvidencePart;
  /** The `nextCursor` of the page before; none: the first page. */
  readonly cursor?: string;
  /** How many rows to answer at most, up to 500. */
  readonly limit: number;
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

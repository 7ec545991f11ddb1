import type { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import type {
  DeadLetter,
  DeploymentDetail,
  DeploymentRow,
  Evidence,
  IncidentRow,
  MetricDimension,
  MetricName,
  MetricsAnswer,
  MetricsTable,
  Page,
  PipelineHealth,
  ReadinessAnswer,
  TemplateComparison,
  TemplatesAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type {
  DeploymentName,
  EvidencePageRequest,
  FourKeysApi,
  LinkCorrection,
  MetricsQuestion,
  RequestOptions,
  TablePageRequest,
} from './FourKeysApi';
import { FourKeysApiError } from './FourKeysApiError';

const PLUGIN_ID = 'four-keys';

type Parameters = Record<string, string | number | undefined>;

function queryOf(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) {
      query.set(name, String(value));
    }
  }
  return query.toString();
}

const parametersOf = ({ scope, ...rest }: MetricsQuestion): Parameters => ({
  ...scope,
  ...rest,
});

/** Rows have no buckets, and no days. */
const rowsOf = ({ scope, from, to }: MetricsQuestion): Parameters => ({
  ...scope,
  from,
  to,
});

/**
 * The {@link FourKeysApi} over HTTP.
 *
 * @public
 */
export class FourKeysClient implements FourKeysApi {
  readonly #discoveryApi: DiscoveryApi;
  readonly #fetchApi: FetchApi;

  constructor(options: { discoveryApi: DiscoveryApi; fetchApi: FetchApi }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  metrics(
    question: MetricsQuestion,
    options?: RequestOptions,
  ): Promise<MetricsAnswer> {
    return this.#get('/metrics', parametersOf(question), options);
  }

  metricsBy(
    dimension: MetricDimension,
    question: MetricsQuestion,
    page: TablePageRequest,
    options?: RequestOptions,
  ): Promise<MetricsTable> {
    return this.#get(
      `/metrics/by/${dimension}`,
      { ...parametersOf(question), ...page },
      options,
    );
  }

  evidence(
    metric: MetricName,
    { bucket, ...question }: MetricsQuestion,
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<Evidence> {
    const { scope, ...window } = question;
    return this.#get(
      `/metrics/${metric}/evidence`,
      { ...scope, ...window, ...page },
      options,
    );
  }

  deployments(
    question: MetricsQuestion,
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<Page<DeploymentRow>> {
    return this.#get('/deployments', { ...rowsOf(question), ...page }, options);
  }

  deployment(
    { id, service, environment }: DeploymentName,
    options?: RequestOptions,
  ): Promise<DeploymentDetail> {
    return this.#get(
      `/deployments/${encodeURIComponent(id)}`,
      { service, environment },
      options,
    );
  }

  incidents(
    question: MetricsQuestion,
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<Page<IncidentRow>> {
    return this.#get('/incidents', { ...rowsOf(question), ...page }, options);
  }

  correctLink(
    incidentId: string,
    correction: LinkCorrection,
  ): Promise<{ applied: boolean }> {
    return this.#request(`/incidents/${encodeURIComponent(incidentId)}/link`, {
      method: 'POST',
      body: JSON.stringify(correction),
    });
  }

  templates(
    { scope, from, to }: MetricsQuestion,
    options?: RequestOptions,
  ): Promise<TemplatesAnswer> {
    const { environment } = scope;
    return this.#get('/templates', { environment, from, to }, options);
  }

  compareTemplates(
    { template, a, b }: { template: string; a: string; b: string },
    { scope, from, to }: MetricsQuestion,
    options?: RequestOptions,
  ): Promise<TemplateComparison> {
    const { environment } = scope;
    return this.#get(
      `/templates/${encodeURIComponent(template)}/comparison`,
      { a, b, environment, from, to },
      options,
    );
  }

  deadLetters(
    page: EvidencePageRequest,
    options?: RequestOptions,
  ): Promise<{ rows: DeadLetter[]; nextCursor: string | null }> {
    return this.#get('/dead-letters', { ...page }, options);
  }

  replayDeadLetter(id: string): Promise<DeadLetter> {
    return this.#request(`/dead-letters/${encodeURIComponent(id)}/replay`, {
      method: 'POST',
    });
  }

  readiness(options?: RequestOptions): Promise<ReadinessAnswer> {
    return this.#get('/readiness', {}, options);
  }

  pipelineHealth(options?: RequestOptions): Promise<PipelineHealth> {
    return this.#get('/pipeline/health', {}, options);
  }

  async eventsUrl(): Promise<string> {
    return `${await this.#discoveryApi.getBaseUrl(PLUGIN_ID)}/events`;
  }

  async #get<Answer>(
    path: string,
    parameters: Parameters,
    { signal }: RequestOptions = {},
  ): Promise<Answer> {
    const query = queryOf(parameters);
    return this.#request(`${path}${query && `?${query}`}`, { signal });
  }

  async #request<Answer>(path: string, init: RequestInit): Promise<Answer> {
    const baseUrl = await this.#discoveryApi.getBaseUrl(PLUGIN_ID);
    const response = await this.#fetchApi.fetch(`${baseUrl}${path}`, {
      ...init,
      headers: {
        accept: 'application/json',
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
      },
    });
    if (!response.ok) {
      throw await FourKeysApiError.fromResponse(response);
    }
    return response.json();
  }
}

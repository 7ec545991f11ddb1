import type { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import type {
  Evidence,
  MetricDimension,
  MetricName,
  MetricsAnswer,
  MetricsTable,
  PipelineHealth,
} from '@four-keys/backstage-plugin-four-keys-common';
import type {
  EvidencePageRequest,
  FourKeysApi,
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
    const baseUrl = await this.#discoveryApi.getBaseUrl(PLUGIN_ID);
    const query = queryOf(parameters);
    const response = await this.#fetchApi.fetch(
      `${baseUrl}${path}${query && `?${query}`}`,
      { signal, headers: { accept: 'application/json' } },
    );
    if (!response.ok) {
      throw await FourKeysApiError.fromResponse(response);
    }
    return response.json();
  }
}

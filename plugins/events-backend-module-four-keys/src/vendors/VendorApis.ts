import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  DefaultGithubCredentialsProvider,
  getBitbucketCloudRequestOptions,
  getBitbucketServerRequestOptions,
  getGitLabRequestOptions,
  ScmIntegrations,
  type ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  VendorClient,
  type ApiAccess,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { ConfiguredSource } from '../config';

interface Installation {
  readonly type: string;
  readonly instance: string;
  readonly config: Config;
}

const hostOf = ({ config, instance }: Installation) =>
  config.getOptionalString('host') ?? instance;

type AccessTo = (container: string) => ApiAccess;

/** How each vendor is asked with the credentials of Backstage's integrations; undefined: there are none. */
const ACCESS: Readonly<
  Record<
    string,
    (host: string, integrations: ScmIntegrationRegistry) => AccessTo | undefined
  >
> = {
  github(host, integrations) {
    const { config } = integrations.github.byHost(host) ?? {};
    if (!config?.apiBaseUrl || !(config.token || config.apps?.length)) {
      return undefined;
    }
    const provider =
      DefaultGithubCredentialsProvider.fromIntegrations(integrations);
    const { apiBaseUrl } = config;
    return container => {
      const [owner] = container.split('/');
      return {
        baseUrl: apiBaseUrl,
        credentials: async () =>
          (await provider.getCredentials({ url: `https://${host}/${owner}` }))
            .headers ?? {},
      };
    };
  },
  gitlab(host, integrations) {
    const { config } = integrations.gitlab.byHost(host) ?? {};
    return config?.token
      ? () => ({
          baseUrl: config.apiBaseUrl,
          credentials: async () => getGitLabRequestOptions(config).headers,
        })
      : undefined;
  },
  'bitbucket-cloud'(host, integrations) {
    const { config } = integrations.bitbucketCloud.byHost(host) ?? {};
    return config && (config.token || config.appPassword || config.clientSecret)
      ? () => ({
          baseUrl: config.apiBaseUrl,
          credentials: async () =>
            (await getBitbucketCloudRequestOptions(config)).headers,
        })
      : undefined;
  },
  'bitbucket-server'(host, integrations) {
    const { config } = integrations.bitbucketServer.byHost(host) ?? {};
    return config && (config.token || config.password)
      ? () => ({
          baseUrl: config.apiBaseUrl,
          credentials: async () =>
            getBitbucketServerRequestOptions(config).headers,
        })
      : undefined;
  },
};

/** The APIs of the vendors, with the credentials that Backstage has. */
export class VendorApis {
  readonly #integrations: ScmIntegrationRegistry;
  readonly #clients = new Map<string, VendorClient>();
  readonly #signal: AbortSignal | undefined;

  static fromConfig(config: Config, options: { signal?: AbortSignal } = {}) {
    return new VendorApis(ScmIntegrations.fromConfig(config), options.signal);
  }

  private constructor(
    integrations: ScmIntegrationRegistry,
    signal: AbortSignal | undefined,
  ) {
    this.#integrations = integrations;
    this.#signal = signal;
  }

  canLookUp(installation: Installation): boolean {
    return this.#accessTo(installation) !== undefined;
  }

  /**
   * @param reserve - the part of the vendor's limit that is left to others
   * @throws InputError without credentials.
   */
  apiOf(
    { type, instance, config, source }: ConfiguredSource,
    container: string,
    reserve = 0,
  ): VendorApi {
    // Whoever sees one organisation may not see another.
    const [owner] = container.split('/');
    const key = JSON.stringify([type.type, instance, owner, reserve]);
    let client = this.#clients.get(key);
    if (!client) {
      const access =
        source.api ??
        this.#accessTo({ type: type.type, instance, config })?.(container);
      if (!access) {
        throw new InputError(
          `There are no credentials for ${type.type} ${instance} in integrations`,
        );
      }
      client = new VendorClient({
        baseUrl: access.baseUrl,
        credentials: () => access.credentials(),
        reserve,
        signal: this.#signal,
      });
      this.#clients.set(key, client);
    }
    return client;
  }

  #accessTo(installation: Installation): AccessTo | undefined {
    return ACCESS[installation.type]?.(
      hostOf(installation),
      this.#integrations,
    );
  }
}

import type { Config } from '@backstage/config';
import type { ApiAccess } from '@four-keys/backstage-plugin-four-keys-node/sources';

/** Who asks the API of a vendor that is not among Backstage's integrations. */
export interface ApiCredentials {
  readonly token: string;
  /** Whose token it is, where the vendor wants to know. */
  readonly user?: string;
}

/**
 * Reads `api` of a source: its address and who asks.
 *
 * @returns undefined where nobody is to ask
 */
export function readApi(
  config: Config,
  vendor: {
    readonly baseUrl: string;
    headers(credentials: ApiCredentials): Readonly<Record<string, string>>;
  },
): ApiAccess | undefined {
  const api = config.getOptionalConfig('api');
  if (!api) {
    return undefined;
  }
  const headers = vendor.headers({
    token: api.getString('token'),
    user: api.getOptionalString('user'),
  });
  return {
    baseUrl: api.getOptionalString('baseUrl') ?? vendor.baseUrl,
    credentials: async () => headers,
  };
}

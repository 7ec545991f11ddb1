import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Authenticator } from './authenticator';

/**
 * Reads `secrets` of a source. Without any, the source is closed: it must be
 * said aloud with `allowUnsigned` that webhooks are taken from anybody.
 *
 * @param authenticate - how somebody who knows one of the secrets proves it
 * @throws InputError that names the key which cannot be used.
 * @public
 */
export function readAuthentication(
  config: Config,
  authenticate: (secrets: readonly string[]) => Authenticator,
): Authenticator {
  const secrets = config.getOptionalStringArray('secrets') ?? [];
  const allowUnsigned = config.getOptionalBoolean('allowUnsigned') ?? false;
  if (secrets.length === 0 && !allowUnsigned) {
    throw new InputError(
      'secrets is missing; set the secret of the webhook, or allowUnsigned: true behind a gateway that checks who sends',
    );
  }
  if (secrets.length > 0 && allowUnsigned) {
    throw new InputError(
      'secrets and allowUnsigned contradict each other; remove one of them',
    );
  }
  return allowUnsigned ? () => true : authenticate(secrets);
}

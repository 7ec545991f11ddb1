import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/**
 * The secrets of a source. Without any, the source is closed: it must be said
 * aloud that webhooks are taken from anybody.
 */
export function readSecrets(config: Config): {
  secrets: readonly string[];
  allowUnsigned: boolean;
} {
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
  return { secrets, allowUnsigned };
}

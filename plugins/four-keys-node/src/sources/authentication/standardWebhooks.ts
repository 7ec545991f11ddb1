import type { Authenticator } from './authenticator';
import { matchesHmac } from './hmac';

const PREFIX = 'whsec_';

/** How far the clock of the sender may be off, or a delivery may be delayed. */
const TOLERANCE_MS = 5 * 60_000;

const keyOf = (secret: string) =>
  Buffer.from(
    secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret,
    'base64',
  );

/**
 * Signatures as https://www.standardwebhooks.com describes them: HMAC-SHA256
 * over id, time and body, with a key in base64, no older than five minutes.
 *
 * @public
 */
export function standardWebhook(options: {
  readonly secrets: readonly string[];
}): Authenticator {
  const secrets = options.secrets.map(keyOf);
  return (headers, body, now) => {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) {
      return false;
    }
    if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) {
      return false;
    }
    const signatures = (headers['webhook-signature'] ?? '')
      .split(' ')
      .filter(one => one.startsWith('v1,'))
      .map(one => Buffer.from(one.slice('v1,'.length), 'base64'));
    return matchesHmac({
      algorithm: 'sha256',
      secrets,
      signatures,
      content: [`${id}.${timestamp}.`, body],
    });
  };
}

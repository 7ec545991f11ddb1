import type { WebhookHeaders } from '../port';

/**
 * Whether a sender proved who it is.
 *
 * @param now - milliseconds since the epoch
 * @public
 */
export type Authenticator = (
  headers: WebhookHeaders,
  body: Buffer,
  now: number,
) => boolean;

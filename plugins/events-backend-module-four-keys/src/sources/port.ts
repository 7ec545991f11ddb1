import type { Config } from '@backstage/config';
import type { EventKind } from '@four-keys/backstage-plugin-four-keys-common';
import type { JsonObject } from '@backstage/types';

/** Headers in lower case; a repeated one is joined by commas, as Node does. */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** An event of ours as a source makes it; source, type prefix and envelope come later. */
export interface SourceEvent {
  readonly kind: EventKind;
  /** Derived from the content, see `eventId`. */
  readonly id: string;
  /** RFC 3339 */
  readonly time: string;
  readonly data: JsonObject;
}

/** What a webhook says: events, or why it says nothing to us. */
export type SourceResult =
  | { readonly events: readonly SourceEvent[] }
  | { readonly ignored: string };

/** One installation of a vendor's product, as it is configured. */
export interface Source {
  readonly maxBodyBytes: number;
  /** How long the vendor waits for an answer, less what the way takes, in milliseconds. */
  readonly answerWithinMs: number;
  /** Whether the sender proved who it is, from headers and the raw body. */
  verify(headers: WebhookHeaders, body: Buffer): boolean;
  /**
   * A pure function of the webhook and the settings, which asks nobody: the
   * vendor waits. Never throws because of what a body holds.
   */
  map(headers: WebhookHeaders, body: unknown): SourceResult;
}

/** A vendor. */
export interface SourceType {
  /** In the route, the configuration and the source of events. */
  readonly type: string;
  /** @throws InputError that names the key which cannot be used. */
  fromConfig(config: Config): Source;
}

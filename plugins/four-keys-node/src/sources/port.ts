import type { Config } from '@backstage/config';
import type { EventKind } from '@four-keys/backstage-plugin-four-keys-common';
import type { JsonObject } from '@backstage/types';

/** Headers in lower case; a repeated one is joined by commas, as Node does. @public */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** An event of ours as a source makes it; source, type prefix and envelope come later. @public */
export interface SourceEvent {
  readonly kind: EventKind;
  /** Derived from the content, see {@link eventId}. */
  readonly id: string;
  /** RFC 3339 */
  readonly time: string;
  readonly data: JsonObject;
}

/**
 * A question that only the API of the vendor answers, kept until it has been
 * answered.
 *
 * @public
 */
export interface Lookup {
  /** The id of the event that the answer completes; the same one is asked once. */
  readonly key: string;
  /** The repository, project or application whose credentials are needed. */
  readonly container: string;
  /** What {@link Source.lookUp} needs to know. No secrets, no persons. */
  readonly question: JsonObject;
}

/** Events, and questions whose answers are further events. @public */
export interface MappedEvents {
  readonly events: readonly SourceEvent[];
  readonly lookups?: readonly Lookup[];
}

/** What a webhook says: events, or why it says nothing to us. @public */
export type SourceResult = MappedEvents | { readonly ignored: string };

/** A page of what an API lists. @public */
export interface ApiPage {
  readonly body: unknown;
  readonly headers: WebhookHeaders;
}

/** Asks the API of a vendor, as who may see one container. @public */
export interface VendorApi {
  /**
   * Waits and asks again as the vendor wants it, within limits.
   *
   * @param path - below the base address of the API, or a whole URL that the
   * API itself gave
   * @throws VendorApiError
   */
  get(path: string): Promise<ApiPage>;
  /** @throws VendorApiError */
  post(path: string, body: JsonObject): Promise<ApiPage>;
}

/** Where the API of a vendor is, and who asks. @public */
export interface ApiAccess {
  readonly baseUrl: string;
  /** Headers that prove who asks. */
  credentials(): Promise<Readonly<Record<string, string>>>;
}

/** What an importer is asked for. @public */
export interface ImportRequest {
  /** A repository, project or application. */
  readonly container: string;
  /** Milliseconds since the epoch; from, inclusive. */
  readonly since: number;
  /** Milliseconds since the epoch; to, exclusive. */
  readonly until: number;
  /** Where an earlier import of the same request stopped. */
  readonly cursor?: string;
}

/** A part of an import. @public */
export interface ImportPage extends MappedEvents {
  /** Where to go on once these events are durable. */
  readonly cursor: string;
  /** How much of the request is done, 0 to 1. */
  readonly done: number;
}

/** One installation of a vendor's product, as it is configured. @public */
export interface Source {
  readonly maxBodyBytes: number;
  /** How long the vendor waits for an answer, less what the way takes, in milliseconds. */
  readonly answerWithinMs: number;
  /**
   * Whether the sender proved who it is, from headers and the raw body.
   *
   * @param now - milliseconds since the epoch, for signatures that age
   */
  verify(headers: WebhookHeaders, body: Buffer, now: number): boolean;
  /**
   * A pure function of the webhook and the settings, which asks nobody: the
   * vendor waits. Never throws because of what a body holds.
   */
  map(headers: WebhookHeaders, body: unknown): SourceResult;
  /**
   * Asked instead of {@link Source.map} where the answer has to be awaited,
   * as that of expressions in the configuration.
   */
  mapAsync?(headers: WebhookHeaders, body: unknown): Promise<SourceResult>;
  /** The API of a vendor that is not among Backstage's integrations. */
  readonly api?: ApiAccess;
  /**
   * Answers a question of {@link MappedEvents.lookups}. Absent where there are none.
   *
   * @throws VendorApiError when the vendor does not answer now.
   */
  lookUp?(question: JsonObject, api: VendorApi): Promise<SourceResult>;
  /** The containers of {@link Source.importFrom} that the configuration names. */
  readonly containers?: readonly string[];
  /**
   * What the vendor itself remembers of a time: the same events, with the same
   * ids, as its webhooks gave. Oldest first as far as the API allows.
   *
   * @throws VendorApiError
   */
  importFrom?(
    request: ImportRequest,
    api: VendorApi,
  ): AsyncIterable<ImportPage>;
}

/** What a webhook says, whichever way its source reads it. @public */
export const readWebhook = async (
  source: Source,
  headers: WebhookHeaders,
  body: unknown,
): Promise<SourceResult> =>
  source.mapAsync ? source.mapAsync(headers, body) : source.map(headers, body);

/** What the catalog says about a service. @public */
export interface CatalogedService {
  readonly service: string;
  /** Globs of the files that belong to it; undefined: not told. */
  readonly paths?: readonly string[];
  /** Whether somebody wrote the globs, rather than the place of the entity's file. */
  readonly explicit: boolean;
}

/** The catalog, from memory: it never makes a vendor wait. @public */
export interface CatalogServices {
  /** The services whose entities carry an annotation with this value, whatever its case. */
  find(annotation: string, value: string): readonly CatalogedService[];
}

/** What a source may know besides its configuration. @public */
export interface SourceContext {
  /** The vendor installation; part of the identity of every event. */
  readonly instance: string;
  readonly catalog: CatalogServices;
  /** Whether there are credentials with which {@link Source.lookUp} can ask. */
  readonly canLookUp: boolean;
}

/** Webhooks that Backstage's own modules take, for people who have them there already. @public */
export interface SourceBridge {
  /** Sub-topics of Backstage's events, such as `github.push`. */
  readonly topics: readonly string[];
  /** The headers that {@link Source.map} reads, of an event with this topic. */
  headersOf(topic: string): WebhookHeaders;
}

/** A vendor. @public */
export interface SourceType {
  /** In the route, the configuration and the source of events. */
  readonly type: string;
  readonly bridge?: SourceBridge;
  /** The annotation whose values are the containers that {@link Source.importFrom} takes. */
  readonly containerAnnotation?: string;
  /** @throws InputError that names the key which cannot be used. */
  fromConfig(config: Config, context: SourceContext): Source;
}

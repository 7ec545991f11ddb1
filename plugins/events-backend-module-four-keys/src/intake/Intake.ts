import type { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import type { RejectedEvent } from '@four-keys/backstage-plugin-four-keys-common';
import type { FourKeysEventsService } from '@four-keys/backstage-plugin-four-keys-node';
import {
  toEnvelope,
  type Lookup,
  type MappedEvents,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { ConfiguredSource } from '../config';

/** The source of the events of an installation. */
export const eventSourceOf = ({ type, instance }: ConfiguredSource) =>
  `/${type.type}/${instance}`;

/** Keeps questions to vendors until they have been answered. */
export interface LookupStore {
  /** Resolves once they are durable. */
  add(source: string, lookups: readonly Lookup[]): Promise<void>;
}

/** What became of a webhook. */
export type IntakeAnswer =
  | { readonly ignored: string }
  | {
      readonly accepted: number;
      readonly rejected?: readonly RejectedEvent[];
      /** Events that follow when the vendor has been asked. */
      readonly pending?: number;
    };

export interface IntakeOptions {
  readonly events: FourKeysEventsService;
  /** Undefined where there is no database, and so nothing may be asked. */
  readonly lookups?: LookupStore;
  readonly typePrefix: string;
  readonly logger: LoggerService;
}

/** The one way of events out of every source: durable before it resolves. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** @throws ServiceUnavailableError when something is not durable. */
  async take(
    source: ConfiguredSource,
    result: SourceResult,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<IntakeAnswer> {
    if ('ignored' in result) {
      this.#options.logger.debug(
        `Ignored what ${eventSourceOf(source)} sent: ${result.ignored}`,
      );
      return { ignored: result.ignored };
    }
    return this.#store(eventSourceOf(source), result, options);
  }

  async #store(
    source: string,
    { events, lookups = [] }: MappedEvents,
    { timeoutMs }: { readonly timeoutMs?: number },
  ): Promise<IntakeAnswer> {
    const { typePrefix, logger } = this.#options;
    const { accepted, rejected } =
      events.length > 0
        ? await this.#options.events.publish(
            events.map(event => toEnvelope(event, { source, typePrefix })),
            { timeoutMs },
          )
        : { accepted: 0, rejected: [] };
    for (const { id, message } of rejected) {
      logger.warn(`An event of ${source} was rejected, ${id}: ${message}`);
    }
    if (lookups.length > 0) {
      await this.#keep(source, lookups);
    }
    return {
      accepted,
      ...(rejected.length > 0 ? { rejected } : {}),
      ...(lookups.length > 0 ? { pending: lookups.length } : {}),
    };
  }

  async #keep(source: string, lookups: readonly Lookup[]) {
    const store = this.#options.lookups;
    if (!store) {
      throw new ServiceUnavailableError(
        'There is no database in which questions to the vendor could wait',
      );
    }
    await store.add(source, lookups);
  }
}

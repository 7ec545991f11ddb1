import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import type {
  EventEnvelope,
  PublishAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { HttpEventsPublisher } from './HttpEventsPublisher';

/**
 * A CloudEvent of the contract, as it is sent. Made by
 * {@link createFourKeysEvent}, or by hand.
 *
 * @public
 */
export type EventInput = EventEnvelope;

/** @public */
export interface PublishOptions {
  /** Gives up when aborted; what was sent may have been accepted. */
  readonly signal?: AbortSignal;
  /**
   * How long to go on trying, in milliseconds, all retries included. Default
   * 30,000.
   */
  readonly timeoutMs?: number;
}

/**
 * Sends events to Four Keys.
 *
 * @public
 */
export interface FourKeysEventsService {
  /**
   * Resolves only when every accepted event is durable. Events that can never
   * be accepted come back in `rejected`, by their index in the input.
   *
   * An event is identified by `(source, id)`: publishing it again, after an
   * error or to be sure, changes nothing.
   *
   * @throws ServiceUnavailableError when the events could not be delivered;
   * some of them may have been. Publish them all again later.
   * @throws ResponseError when the collector refuses the call as such, for
   * instance for want of permission.
   */
  publish(
    events: readonly EventInput[],
    options?: PublishOptions,
  ): Promise<PublishAnswer>;
}

/**
 * The service through which backend plugins and modules send events. Needs
 * nothing installed beside the four-keys backend plugin, in this or another
 * process: it is found through discovery and called as the plugin that sends.
 *
 * @public
 */
export const fourKeysEventsServiceRef = createServiceRef<FourKeysEventsService>(
  {
    id: 'four-keys.events',
    scope: 'plugin',
    defaultFactory: async service =>
      createServiceFactory({
        service,
        deps: {
          auth: coreServices.auth,
          discovery: coreServices.discovery,
          logger: coreServices.logger,
        },
        factory: deps => new HttpEventsPublisher(deps),
      }),
  },
);

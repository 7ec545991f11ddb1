import type {
  PublishAnswer,
  RejectedEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { Courier, type CourierOptions } from './Courier';
import { inRequests, writeLetters } from './letters';
import { Postbox } from './Postbox';
import type {
  EventInput,
  FourKeysEventsService,
  PublishOptions,
} from './service';

const DEFAULT_TIMEOUT_MS = 30_000;

/** Sends events to `POST /events` of the four-keys backend, in CloudEvents batches. */
export class HttpEventsPublisher implements FourKeysEventsService {
  readonly #postbox: Postbox;

  constructor(options: CourierOptions) {
    this.#postbox = new Postbox(new Courier(options));
  }

  async publish(
    events: readonly EventInput[],
    { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: PublishOptions = {},
  ): Promise<PublishAnswer> {
    signal?.throwIfAborted();
    const deadline = Date.now() + timeoutMs;
    const { letters, rejected } = writeLetters(events);
    const refused: RejectedEvent[] = [];
    // One after the other: what follows a failure is not sent.
    for (const batch of inRequests(letters)) {
      refused.push(...(await this.#postbox.post(batch, { deadline, signal })));
    }
    return {
      accepted: letters.length - refused.length,
      rejected: [...rejected, ...refused].sort((a, b) => a.index - b.index),
    };
  }
}

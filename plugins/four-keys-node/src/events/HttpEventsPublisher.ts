import type {
  AuthService,
  DiscoveryService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { ResponseError, ServiceUnavailableError } from '@backstage/errors';
import {
  MAX_BATCH_EVENTS,
  type PublishAnswer,
  type RejectedEvent,
  type RejectionCode,
  validateEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { CONSTANTS } from 'cloudevents';
import { z } from 'zod/v4';
import { activeTraceparent } from './activeTraceparent';
import { isTransient, Patience } from './Patience';
import type {
  EventInput,
  FourKeysEventsService,
  PublishOptions,
} from './service';

/** Keeps a request well below what the collector, or a proxy before it, takes. */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

const DEFAULT_TIMEOUT_MS = 30_000;

/** A collector that accepts but does not answer must not use up all patience. */
const ATTEMPT_TIMEOUT_MS = 15_000;

const answerSchema = z.object({
  accepted: z.number(),
  rejected: z.array(
    z.object({
      index: z.number(),
      id: z.string().nullable(),
      code: z.string().transform(code => code as RejectionCode),
      message: z.string(),
    }),
  ),
});

/** A valid event, serialised, and where it came from. */
interface Letter {
  readonly index: number;
  readonly id: string;
  readonly json: string;
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: PublishAnswer }
  | { readonly kind: 'too-large' }
  | {
      readonly kind: 'failed';
      readonly reason: unknown;
      readonly retryAfterMs?: number;
    };

export interface HttpEventsPublisherOptions {
  readonly auth: AuthService;
  readonly discovery: DiscoveryService;
  readonly logger: LoggerService;
}

/** Sends events to `POST /events` of the four-keys backend, in CloudEvents batches. */
export class HttpEventsPublisher implements FourKeysEventsService {
  readonly #options: HttpEventsPublisherOptions;

  constructor(options: HttpEventsPublisherOptions) {
    this.#options = options;
  }

  async publish(
    events: readonly EventInput[],
    options: PublishOptions = {},
  ): Promise<PublishAnswer> {
    const { letters, rejected } = sort(events);
    const patience = new Patience({
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      signal: options.signal,
    });
    let accepted = 0;
    // One after the other: the order of a key is the order of its arrival.
    for (const batch of batchesOf(letters)) {
      const answer = await this.#deliver(batch, patience);
      accepted += answer.accepted;
      rejected.push(...answer.rejected);
    }
    return {
      accepted,
      rejected: rejected.sort((a, b) => a.index - b.index),
    };
  }

  async #deliver(
    batch: readonly Letter[],
    patience: Patience,
  ): Promise<PublishAnswer> {
    for (;;) {
      const outcome = await this.#send(batch, patience);
      if (outcome.kind === 'answered') {
        return outcome.answer;
      }
      if (outcome.kind === 'too-large') {
        return this.#deliverHalves(batch, patience);
      }
      const { reason, retryAfterMs } = outcome;
      patience.failed();
      if (!(await patience.waits(retryAfterMs))) {
        throw new ServiceUnavailableError(
          `Four Keys did not take ${batch.length} events, tried ${patience.failures} times; publish them again later`,
          reason,
        );
      }
      this.#options.logger.debug(
        `Publishing ${batch.length} events again: ${reason}`,
      );
    }
  }

  /** A proxy may allow less than the collector: then smaller requests get through. */
  async #deliverHalves(
    batch: readonly Letter[],
    patience: Patience,
  ): Promise<PublishAnswer> {
    if (batch.length === 1) {
      const [{ index, id }] = batch;
      return {
        accepted: 0,
        rejected: [
          {
            index,
            id,
            code: 'event_too_large',
            message:
              'The event is larger than what the collector, or a proxy before it, takes in a request; send links instead of logs',
          },
        ],
      };
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await this.#deliver(batch.slice(0, middle), patience);
    const second = await this.#deliver(batch.slice(middle), patience);
    return {
      accepted: first.accepted + second.accepted,
      rejected: [...first.rejected, ...second.rejected],
    };
  }

  async #send(batch: readonly Letter[], patience: Patience): Promise<Outcome> {
    let response: Response;
    try {
      response = await this.#post(batch, patience);
    } catch (reason) {
      patience.throwIfAborted();
      return { kind: 'failed', reason };
    }
    if (response.status === 413) {
      return { kind: 'too-large' };
    }
    if (isTransient(response.status)) {
      return {
        kind: 'failed',
        reason: await ResponseError.fromResponse(response),
        retryAfterMs: retryAfter(response),
      };
    }
    const answer = await readAnswer(response.clone());
    if (!answer) {
      throw await ResponseError.fromResponse(response);
    }
    return {
      kind: 'answered',
      answer: {
        accepted: answer.accepted,
        rejected: answer.rejected.map(rejection => ({
          ...rejection,
          index: batch[rejection.index]?.index ?? rejection.index,
        })),
      },
    };
  }

  async #post(batch: readonly Letter[], patience: Patience): Promise<Response> {
    const { auth, discovery } = this.#options;
    const baseUrl = await discovery.getBaseUrl('four-keys');
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: 'four-keys',
    });
    return fetch(`${baseUrl}/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': `${CONSTANTS.MIME_CE_BATCH}; charset=utf-8`,
      },
      body: `[${batch.map(({ json }) => json).join(',')}]`,
      signal: patience.signalFor(ATTEMPT_TIMEOUT_MS),
    });
  }
}

/**
 * Sorts out what the collector would reject anyway, so that one event that is
 * far too large does not cost the others their request.
 */
function sort(events: readonly EventInput[]) {
  const letters: Letter[] = [];
  const rejected: RejectedEvent[] = [];
  const traceparent = activeTraceparent();
  for (const [index, event] of events.entries()) {
    const result = validateEvent(event);
    if (result.ok) {
      const traced = event.traceparent ? event : { ...event, traceparent };
      letters.push({ index, id: event.id, json: JSON.stringify(traced) });
    } else {
      const { code, message } = result.rejection;
      const id: unknown = event?.id;
      rejected.push({
        index,
        id: typeof id === 'string' ? id : null,
        code,
        message,
      });
    }
  }
  return { letters, rejected };
}

function* batchesOf(letters: readonly Letter[]): Generator<Letter[]> {
  let batch: Letter[] = [];
  let bytes = 0;
  for (const letter of letters) {
    const size = Buffer.byteLength(letter.json) + 1;
    if (
      batch.length >= MAX_BATCH_EVENTS ||
      (batch.length > 0 && bytes + size > MAX_REQUEST_BYTES)
    ) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(letter);
    bytes += size;
  }
  if (batch.length > 0) {
    yield batch;
  }
}

/** The body of 202 and 207, and of 400 when every event was rejected. */
async function readAnswer(
  response: Response,
): Promise<PublishAnswer | undefined> {
  if (!response.ok && response.status !== 400) {
    return undefined;
  }
  try {
    return answerSchema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
}

function retryAfter(response: Response): number | undefined {
  const text = response.headers.get('retry-after');
  if (!text) {
    return undefined;
  }
  const ms = /^\d+$/.test(text.trim())
    ? Number(text) * 1000
    : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

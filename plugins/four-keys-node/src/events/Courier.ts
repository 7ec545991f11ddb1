import type {
  AuthService,
  DiscoveryService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { ResponseError, ServiceUnavailableError } from '@backstage/errors';
import type {
  PublishAnswer,
  RejectedEvent,
  RejectionCode,
} from '@four-keys/backstage-plugin-four-keys-common';
import { CONSTANTS } from 'cloudevents';
import { z } from 'zod/v4';
import type { Letter } from './letters';
import { isTransient, type Patience } from './Patience';

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

type Outcome =
  | { readonly kind: 'answered'; readonly answer: PublishAnswer }
  | { readonly kind: 'too-large' }
  | {
      readonly kind: 'failed';
      readonly reason: unknown;
      readonly retryAfterMs?: number;
    };

export interface CourierOptions {
  readonly auth: AuthService;
  readonly discovery: DiscoveryService;
  readonly logger: LoggerService;
}

/** Carries letters to `POST /events` of the four-keys backend, and goes again until they are taken. */
export class Courier {
  readonly #options: CourierOptions;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /**
   * @returns those that the collector rejected, by their place in the batch.
   * @throws ServiceUnavailableError when patience is at an end; ResponseError
   * when the request is refused as such.
   */
  async deliver(
    batch: readonly Letter[],
    patience: Patience,
  ): Promise<RejectedEvent[]> {
    for (;;) {
      const outcome = await this.#send(batch, patience);
      if (outcome.kind === 'answered') {
        return outcome.answer.rejected;
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
  ): Promise<RejectedEvent[]> {
    if (batch.length === 1) {
      return [
        {
          index: 0,
          id: batch[0].id,
          code: 'event_too_large',
          message:
            'The event is larger than what the collector, or a proxy before it, takes in a request; send links instead of logs',
        },
      ];
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await this.deliver(batch.slice(0, middle), patience);
    const second = await this.deliver(batch.slice(middle), patience);
    return [
      ...first,
      ...second.map(one => ({ ...one, index: one.index + middle })),
    ];
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
    return { kind: 'answered', answer };
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

import type {
  PublishAnswer,
  RejectedEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { backoffMs, retryAfterMs } from './retry';

/** Where the example app listens. */
export const DEFAULT_URL = 'http://localhost:7007';

/** The largest request body, in bytes: the usual limit of proxies on the way. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** The largest batch that the collector takes. */
export const MAX_BATCH = 500;

const ATTEMPT_TIMEOUT_MS = 10_000;

export type JsonEvent = Readonly<Record<string, unknown>>;

/** The collector did not take the events. */
export class CollectorError extends Error {
  override readonly name = 'CollectorError';
  /** Whether the same events may be taken later, and so are worth keeping. */
  readonly worthKeeping: boolean;

  constructor(message: string, options: { worthKeeping: boolean }) {
    super(message);
    this.worthKeeping = options.worthKeeping;
  }
}

export interface ClientOptions {
  /** Base URL of the Backstage backend. */
  readonly url: string;
  readonly token?: string;
  /** How long all attempts of one batch may take together, in milliseconds. */
  readonly timeoutMs: number;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
}

type Attempt =
  | { readonly answer: PublishAnswer }
  | { readonly error: CollectorError; readonly retryAfterMs?: number };

const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

const defaultSleep = (ms: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, ms);
  });

/** Sends events to a collector until it has taken them, or time is up. */
export class CollectorClient {
  readonly #options: Required<Omit<ClientOptions, 'token'>> &
    Pick<ClientOptions, 'token'>;
  readonly #endpoint: string;

  constructor(options: ClientOptions) {
    this.#options = {
      now: Date.now,
      sleep: defaultSleep,
      random: Math.random,
      ...options,
    };
    this.#endpoint = `${options.url.replace(/\/+$/, '')}/api/four-keys/events`;
  }

  /**
   * Sends one batch of at most {@link MAX_BATCH} events.
   *
   * @throws CollectorError when the collector took nothing
   */
  async send(events: readonly JsonEvent[]): Promise<PublishAnswer> {
    const { now, sleep, random, timeoutMs } = this.#options;
    const deadline = now() + timeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#attempt(events, deadline - now());
      if ('answer' in result) {
        return result.answer;
      }
      const wait = Math.max(
        result.retryAfterMs ?? 0,
        backoffMs(attempt, random),
      );
      const pointless = result.retryAfterMs === undefined;
      if (pointless || now() + wait >= deadline) {
        throw result.error;
      }
      await sleep(wait);
    }
  }

  async #attempt(
    events: readonly JsonEvent[],
    remainingMs: number,
  ): Promise<Attempt> {
    const { token, url } = this.#options;
    const limit = Math.max(1, Math.min(remainingMs, ATTEMPT_TIMEOUT_MS));
    let status: number;
    let headers: Headers;
    let body: string;
    try {
      const response = await fetch(this.#endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/cloudevents-batch+json',
          accept: 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify(events),
        redirect: 'manual',
        signal: AbortSignal.timeout(limit),
      });
      ({ status, headers } = response);
      body = await response.text();
    } catch (error) {
      return {
        error: new CollectorError(
          `The collector at ${url} cannot be reached: ${reasonOf(
            error,
            limit,
          )}`,
          { worthKeeping: true },
        ),
        retryAfterMs: 0,
      };
    }
    const answer = readAnswer(status, body);
    if (answer) {
      return { answer };
    }
    const error = toError(status, body, url, token !== undefined);
    return RETRYABLE.has(status)
      ? {
          error,
          retryAfterMs: retryAfterMs(
            headers.get('retry-after'),
            this.#options.now(),
          ),
        }
      : { error };
  }
}

function reasonOf(error: unknown, limitMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `no answer within ${Math.round(limitMs / 1000)} s`;
  }
  const cause =
    error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
  return cause?.code ?? cause?.message ?? String(error);
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** All rejected is an answer too: asking again would change nothing. */
function readAnswer(status: number, body: string): PublishAnswer | undefined {
  const { accepted, rejected } = parse(body);
  const mayAnswer = (status >= 200 && status < 300) || status === 400;
  return mayAnswer && typeof accepted === 'number' && Array.isArray(rejected)
    ? { accepted, rejected: rejected as RejectedEvent[] }
    : undefined;
}

function hintFor(status: number, hasToken: boolean): string {
  switch (status) {
    case 401:
      return hasToken
        ? 'the token is not known there; check --token or FOUR_KEYS_TOKEN'
        : 'it wants a token; give --token or set FOUR_KEYS_TOKEN';
    case 403:
      return 'the token may not publish events; give it the permission fourKeys.events.publish';
    case 404:
      return 'there is no four-keys plugin behind this address; check --url or FOUR_KEYS_URL, the base URL of the Backstage backend';
    case 413:
      return 'the request is too large for it or for a proxy on the way';
    default:
      return status >= 300 && status < 400
        ? 'it redirects to another page, such as the sign-in of a proxy; give the address that machines use'
        : '';
  }
}

/** Statuses that somebody can mend outside of the events, after which they are taken. */
const MENDABLE = new Set([401, 403, 404, 405]);

function toError(
  status: number,
  body: string,
  url: string,
  hasToken: boolean,
): CollectorError {
  const { error } = parse(body) as {
    error?: { code?: string; message?: string };
  };
  const said = error?.message
    ? `${error.code ? `${error.code}: ` : ''}${error.message}`
    : body.slice(0, 200).trim();
  const details = [hintFor(status, hasToken), said].filter(Boolean).join('. ');
  const success = status >= 200 && status < 300;
  return new CollectorError(
    success
      ? `${url} answered ${status} without saying what it accepted; is that the Backstage backend?`
      : `${url} answered ${status}${details ? `: ${details}` : ''}`,
    {
      worthKeeping:
        success ||
        (status >= 300 && status < 400) ||
        status >= 500 ||
        RETRYABLE.has(status) ||
        MENDABLE.has(status),
    },
  );
}

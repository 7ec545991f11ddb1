import type { JsonObject } from '@backstage/types';
import type { ApiPage, VendorApi, WebhookHeaders } from '../port';
import { readPause, readQuota } from './quota';
import { VendorApiError } from './VendorApiError';

const ATTEMPT_TIMEOUT_MS = 30_000;
const FIRST_BACKOFF_MS = 500;

/** How many answers are kept, so that the same question costs nothing again. */
const MAX_CACHED = 200;

/** What is not there, was never there, or cannot be asked like that. */
const PERMANENT = new Set([400, 404, 406, 409, 410, 422, 451]);

/** @public */
export interface VendorClientOptions {
  /** Everything that is asked for is below it, and nothing else gets the credentials. */
  readonly baseUrl: string;
  /** Headers that prove who asks; asked for each time, because tokens end. */
  readonly credentials: () => Promise<Readonly<Record<string, string>>>;
  /** The longest pause that is waited out; a longer one is an error that says so. Default 60 s. */
  readonly maxPauseMs?: number;
  /** Attempts at what fails on the way or on the side of the vendor; default 4. */
  readonly attempts?: number;
  /** The part of the vendor's limit that is left to others, 0 to 1; default 0. */
  readonly reserve?: number;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

const defaultSleep = (ms: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, ms);
  });

interface Answer {
  readonly status: number;
  readonly headers: WebhookHeaders;
  readonly text: string;
}

/**
 * Asks the API of one vendor, patiently: waits when it is asked to, tries
 * again what failed on the way, and asks for nothing twice that did not change.
 *
 * @public
 */
export class VendorClient implements VendorApi {
  readonly #options: Required<Omit<VendorClientOptions, 'signal'>> &
    Pick<VendorClientOptions, 'signal'>;
  readonly #base: URL;
  readonly #cache = new Map<string, ApiPage>();
  #notBefore = 0;

  constructor(options: VendorClientOptions) {
    this.#options = {
      maxPauseMs: 60_000,
      attempts: 4,
      reserve: 0,
      now: Date.now,
      sleep: defaultSleep,
      ...options,
    };
    this.#base = new URL(options.baseUrl.replace(/\/*$/, '/'));
  }

  async get(path: string): Promise<ApiPage> {
    const url = this.#urlOf(path);
    const cached = this.#cache.get(url);
    const etag = cached?.headers.etag;
    const answer = await this.#ask(url, {
      headers: etag ? { 'if-none-match': etag } : {},
    });
    if (cached && answer.status === 304) {
      return cached;
    }
    const page = pageOf(url, answer);
    if (page.headers.etag) {
      this.#cache.delete(url);
      this.#cache.set(url, page);
      if (this.#cache.size > MAX_CACHED) {
        this.#cache.delete(this.#cache.keys().next().value as string);
      }
    }
    return page;
  }

  async post(path: string, body: JsonObject): Promise<ApiPage> {
    const url = this.#urlOf(path);
    return pageOf(
      url,
      await this.#ask(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  }

  #urlOf(path: string): string {
    const url = new URL(path, this.#base);
    // A link within an answer must not carry the credentials elsewhere.
    if (url.origin !== this.#base.origin) {
      throw new VendorApiError(
        `${url.origin} is not the API of ${this.#base.origin}`,
        { permanent: true },
      );
    }
    return url.toString();
  }

  /** @throws VendorApiError for everything but 2xx and 304. */
  async #ask(url: string, init: RequestInit): Promise<Answer> {
    const { attempts, now, maxPauseMs } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      await this.#waitForQuota();
      const result = await this.#attempt(url, init);
      if (!(result instanceof VendorApiError)) {
        this.#mindQuota(result.headers);
        return result;
      }
      const { retryAfterMs, permanent, status } = result;
      const again =
        !permanent && status !== 401 && (status !== 403 || retryAfterMs);
      if (!again || attempt >= attempts || (retryAfterMs ?? 0) > maxPauseMs) {
        if (retryAfterMs) {
          this.#notBefore = now() + retryAfterMs;
        }
        throw result;
      }
      await this.#options.sleep(
        retryAfterMs ?? FIRST_BACKOFF_MS * 2 ** (attempt - 1),
      );
    }
  }

  async #attempt(
    url: string,
    init: RequestInit,
    hops = 3,
  ): Promise<Answer | VendorApiError> {
    const { credentials, signal, now } = this.#options;
    try {
      const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
      const response = await fetch(url, {
        ...init,
        headers: {
          accept: 'application/json',
          'user-agent': 'four-keys',
          ...(await credentials()),
          ...init.headers,
        },
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const headers = Object.fromEntries(response.headers);
      const text = await response.text();
      const { status } = response;
      // A repository that was renamed answers from where it is now.
      if (headers.location && status > 300 && status < 309 && hops > 0) {
        return await this.#attempt(
          this.#urlOf(new URL(headers.location, url).toString()),
          init,
          hops - 1,
        );
      }
      if (response.ok || status === 304) {
        return { status, headers, text };
      }
      return new VendorApiError(
        `${url.replace(/\?.*$/, '')} answered ${status}: ${text.slice(0, 200)}`,
        {
          status,
          permanent: PERMANENT.has(status),
          retryAfterMs: readPause(status, headers, now()),
        },
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof VendorApiError) {
        return error;
      }
      return new VendorApiError(
        `${url.replace(/\?.*$/, '')} cannot be reached: ${
          (error as Error).message
        }`,
        { cause: error },
      );
    }
  }

  #mindQuota(headers: WebhookHeaders) {
    const { reserve, now } = this.#options;
    const { left, resetMs } = readQuota(headers, now());
    if (left !== undefined && resetMs && left <= reserve && left < 1) {
      this.#notBefore = now() + resetMs;
    }
  }

  async #waitForQuota() {
    const { now, maxPauseMs, sleep } = this.#options;
    const pause = this.#notBefore - now();
    if (pause > maxPauseMs) {
      throw new VendorApiError(
        `The limit of ${this.#base.host} is used up for ${Math.ceil(
          pause / 1000,
        )} s`,
        { status: 429, retryAfterMs: pause },
      );
    }
    if (pause > 0) {
      await sleep(pause);
    }
  }
}

function pageOf(url: string, { headers, text }: Answer): ApiPage {
  try {
    return { headers, body: text === '' ? undefined : JSON.parse(text) };
  } catch (error) {
    throw new VendorApiError(`${url} answered something that is no JSON`, {
      cause: error,
    });
  }
}

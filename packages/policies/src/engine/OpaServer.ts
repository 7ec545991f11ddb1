import { ServiceUnavailableError } from '@backstage/errors';
import type { PolicyInput } from '../input/collect';
import {
  readEvaluations,
  type PolicyEngine,
  type PolicyEvaluation,
} from './types';

/** Where an OPA server is, and what to ask it. @public */
export interface OpaServerOptions {
  /** Its base URL, such as `http://localhost:8181`. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** The document with the report; default `four_keys/report`. */
  readonly document?: string;
  /** Milliseconds; default 10 s. */
  readonly timeoutMs?: number;
}

const DEFAULT_DOCUMENT = 'four_keys/report';
const DEFAULT_TIMEOUT_MS = 10_000;

/** Evaluates the policies of an OPA server through its REST API. */
export class OpaServer implements PolicyEngine {
  readonly #options: OpaServerOptions;

  constructor(options: OpaServerOptions) {
    this.#options = options;
  }

  async evaluate(
    input: PolicyInput,
    options: { signal?: AbortSignal } = {},
  ): Promise<PolicyEvaluation[]> {
    const { url, token, document = DEFAULT_DOCUMENT } = this.#options;
    const address = `${url.replace(/\/+$/, '')}/v1/data/${document}`;
    const answer = await this.#post(address, token, input, options.signal);
    if (answer.result === undefined) {
      throw new ServiceUnavailableError(
        `The OPA server at ${url} has no document ${document}; load the bundle of the policies into it`,
      );
    }
    return readEvaluations(answer.result, address);
  }

  async #post(
    address: string,
    token: string | undefined,
    input: PolicyInput,
    signal: AbortSignal | undefined,
  ): Promise<{ result?: unknown }> {
    const timeout = AbortSignal.timeout(
      this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    );
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ input }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      if (!response.ok) {
        throw new Error(`it answered ${response.status}`);
      }
      return await response.json();
    } catch (error) {
      signal?.throwIfAborted();
      throw new ServiceUnavailableError(
        `The OPA server was asked at ${address}: ${
          (error as Error).message
        }. Start it, or mend fourKeys.policies.opa`,
      );
    }
  }
}

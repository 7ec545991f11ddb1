import { setTimeout as sleep } from 'timers/promises';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

const TRANSIENT = new Set([408, 429, 502, 503, 504]);

/** Whether the same request may well succeed in a moment. */
export const isTransient = (status: number) => TRANSIENT.has(status);

/**
 * How long to go on trying. Waits grow twofold and are jittered, so that many
 * that failed together do not come back together.
 */
export class Patience {
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  #failures = 0;

  constructor(options: { timeoutMs: number; signal?: AbortSignal }) {
    this.#deadline = Date.now() + options.timeoutMs;
    this.#signal = options.signal;
    this.throwIfAborted();
  }

  get failures(): number {
    return this.#failures;
  }

  failed(): void {
    this.#failures += 1;
  }

  throwIfAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** Ends an attempt in time for the deadline. */
  signalFor(attemptMs: number): AbortSignal {
    const timeout = AbortSignal.timeout(
      Math.max(Math.min(attemptMs, this.#deadline - Date.now()), 1),
    );
    return this.#signal ? AbortSignal.any([this.#signal, timeout]) : timeout;
  }

  /**
   * Waits before the next attempt, at least as long as was asked for. Answers
   * false at once when that would end past the deadline.
   */
  async waits(atLeastMs = 0): Promise<boolean> {
    const longest = Math.min(
      FIRST_WAIT_MS * 2 ** (this.#failures - 1),
      LONGEST_WAIT_MS,
    );
    const wait = atLeastMs + longest * (0.5 + Math.random() / 2);
    if (Date.now() + wait >= this.#deadline) {
      return false;
    }
    await sleep(wait, undefined, { signal: this.#signal });
    return true;
  }
}

import { describeDuration } from './duration';
import type { Runtime } from './runtime';

/** Where nobody watches, one line in this time is enough. */
const QUIET_INTERVAL_MS = 5000;
const WATCHED_INTERVAL_MS = 200;

/** Tells on standard error how far a long run is, and how long it may take. */
export class Progress {
  readonly #runtime: Runtime;
  readonly #label: string;
  readonly #total?: number;
  readonly #started: number;
  #shownAt: number;
  #done = 0;
  #width = 0;

  constructor(options: { runtime: Runtime; label: string; total?: number }) {
    this.#runtime = options.runtime;
    this.#label = options.label;
    this.#total = options.total;
    this.#started = options.runtime.now();
    this.#shownAt = this.#started;
  }

  advance(by: number): void {
    this.#done += by;
    const now = this.#runtime.now();
    const interval = this.#runtime.interactive
      ? WATCHED_INTERVAL_MS
      : QUIET_INTERVAL_MS;
    if (now - this.#shownAt >= interval) {
      this.#shownAt = now;
      this.#show(this.#describe(now));
    }
  }

  /** Ends with a line of its own. */
  finish(text: string): void {
    this.#show(text);
    if (this.#runtime.interactive) {
      this.#runtime.err('\n');
    }
  }

  #describe(now: number): string {
    const elapsed = Math.max(1, now - this.#started);
    const rate = (this.#done / elapsed) * 1000;
    const total = this.#total;
    const parts = [
      total === undefined
        ? `${this.#done} ${this.#label}`
        : `${this.#done} of ${total} ${this.#label}`,
      `${Math.round(rate)}/s`,
    ];
    if (total !== undefined && rate > 0) {
      const left = ((total - this.#done) / rate) * 1000;
      parts.push(`${describeDuration(left)} left`);
    }
    return parts.join(', ');
  }

  #show(text: string) {
    const line = `four-keys: ${text}`;
    if (this.#runtime.interactive) {
      this.#runtime.err(`\r${line.padEnd(this.#width)}`);
      this.#width = line.length;
    } else {
      this.#runtime.err(`${line}\n`);
    }
  }
}

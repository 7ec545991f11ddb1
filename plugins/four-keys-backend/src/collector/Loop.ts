import type { LoggerService } from '@backstage/backend-plugin-api';

export interface LoopOptions {
  /** One round; resolves to how much it did, 0: there is nothing to do. */
  readonly round: (signal: AbortSignal) => Promise<number>;
  /** What the log says of a round that failed. */
  readonly failed: string;
  readonly logger: LoggerService;
  readonly clock: () => number;
  /** How long to wait for the bell before looking anyway, in milliseconds; default 1000. */
  readonly idleMs?: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Goes round while there is something to do, and looks again after a while.
 *
 * A failure is logged and tried again after a growing pause; nothing outside
 * would restart the loop.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #abort = new AbortController();
  #wake: (() => void) | undefined;
  #rung = false;
  #loop: Promise<void> | undefined;
  #lastTickAt: number | null = null;
  #failures = 0;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There is something to do. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** When the loop last went round, milliseconds since the epoch; null: never. */
  get lastTickAt(): number | null {
    return this.#lastTickAt;
  }

  /** How many rounds in a row have failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Lets the round in flight end and stops. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake?.();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { round, failed, clock, logger, idleMs = 1000 } = this.#options;
    while (!signal.aborted) {
      this.#lastTickAt = clock();
      this.#rung = false;
      try {
        const done = await round(signal);
        this.#failures = 0;
        if (done === 0 && !this.#rung) {
          await this.#pause(idleMs);
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#failures += 1;
        logger.warn(
          failed,
          error instanceof Error ? error : new Error(String(error)),
        );
        await this.#pause(
          Math.min(
            FIRST_PAUSE_MS * 2 ** (this.#failures - 1),
            LONGEST_PAUSE_MS,
          ),
        );
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#abort.signal.aborted) {
      return;
    }
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

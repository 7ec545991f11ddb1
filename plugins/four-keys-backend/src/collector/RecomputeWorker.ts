import type { LoggerService } from '@backstage/backend-plugin-api';
import type { PipelineMetrics } from '../observability';

export interface RecomputeWorkerOptions {
  /** Recomputes some of what is dirty; resolves to how many services that were, 0: nothing is dirty. */
  readonly recompute: (signal: AbortSignal) => Promise<{ services: number }>;
  readonly logger: LoggerService;
  readonly metrics: PipelineMetrics;
  readonly clock: () => number;
  /** How long to wait for the bell before looking anyway, in milliseconds. */
  readonly idleMs?: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Recomputes what became dirty, until nothing is. Several instances may run:
 * the derivation hands each of them other services.
 *
 * A failure is logged and tried again after a growing pause; nothing outside
 * would restart the loop.
 */
export class RecomputeWorker {
  readonly #options: RecomputeWorkerOptions;
  readonly #abort = new AbortController();
  #wake: (() => void) | undefined;
  #rung = false;
  #loop: Promise<void> | undefined;
  #lastTickAt: number | null = null;
  #failures = 0;

  constructor(options: RecomputeWorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Something became dirty. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** When the loop last went round, milliseconds since the epoch; null: never. */
  get lastTickAt(): number | null {
    return this.#lastTickAt;
  }

  /** How often in a row the recomputation has failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Lets the recomputation in flight end and stops. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake?.();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { clock, logger, idleMs = 1000 } = this.#options;
    while (!signal.aborted) {
      this.#lastTickAt = clock();
      this.#rung = false;
      try {
        const { services } = await this.#round(signal);
        this.#failures = 0;
        if (services === 0 && !this.#rung) {
          await this.#pause(idleMs);
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#failures += 1;
        logger.warn(
          'Recomputation failed and will be tried again',
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

  async #round(signal: AbortSignal): Promise<{ services: number }> {
    const { recompute, metrics } = this.#options;
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    try {
      const { services } = await recompute(signal);
      // A look that finds nothing would drown the rounds that do something.
      if (services > 0) {
        metrics.recomputed({ services, seconds: seconds(), outcome: 'done' });
      }
      return { services };
    } catch (error) {
      metrics.recomputed({
        services: 0,
        seconds: seconds(),
        outcome: 'failed',
      });
      throw error;
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

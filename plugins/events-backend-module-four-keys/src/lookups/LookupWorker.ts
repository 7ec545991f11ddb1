import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  VendorApiError,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { ConfiguredSource } from '../config';
import { eventSourceOf, type Intake } from '../intake/Intake';
import type { LookupSpool, WaitingLookup } from './LookupSpool';

const CLAIMED_AT_ONCE = 20;

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** What no one could answer for so long is given up, and said aloud. */
const GIVE_UP_AFTER_MS = 14 * 24 * 60 * 60_000;

/** Asks vendors what their webhooks did not say. */
export class LookupWorker {
  readonly #options: {
    readonly spool: LookupSpool;
    readonly sources: ReadonlyMap<string, ConfiguredSource>;
    readonly intake: Intake;
    readonly apiOf: (source: ConfiguredSource, container: string) => VendorApi;
    readonly logger: LoggerService;
    readonly clock: () => number;
  };

  constructor(options: {
    spool: LookupSpool;
    sources: readonly ConfiguredSource[];
    intake: Intake;
    apiOf: (source: ConfiguredSource, container: string) => VendorApi;
    logger: LoggerService;
    clock: () => number;
  }) {
    this.#options = {
      ...options,
      sources: new Map(
        options.sources.map(source => [eventSourceOf(source), source]),
      ),
    };
  }

  /** Asks everything that is due. Several instances may do so at once. */
  async run(signal?: AbortSignal): Promise<void> {
    const { spool } = this.#options;
    for (;;) {
      const claimed = await spool.claim(CLAIMED_AT_ONCE);
      for (const lookup of claimed) {
        if (signal?.aborted) {
          return;
        }
        await this.#ask(lookup);
      }
      if (claimed.length < CLAIMED_AT_ONCE) {
        return;
      }
    }
  }

  async #ask(lookup: WaitingLookup): Promise<void> {
    const { spool, sources, intake, apiOf, logger } = this.#options;
    const source = sources.get(lookup.source);
    if (!source?.source.lookUp) {
      // Perhaps it is configured elsewhere, or will be again.
      await this.#later(lookup, `${lookup.source} is not configured`);
      return;
    }
    try {
      const api = apiOf(source, lookup.container);
      const result = await source.source.lookUp(lookup.question, api);
      await intake.take(source, result);
      await spool.remove(lookup);
    } catch (error) {
      if (error instanceof VendorApiError && error.permanent) {
        logger.warn(
          `${lookup.source} has no answer about ${lookup.key}: ${error.message}`,
        );
        await spool.remove(lookup);
        return;
      }
      await this.#later(lookup, error);
    }
  }

  async #later(lookup: WaitingLookup, error: unknown): Promise<void> {
    const { spool, logger, clock } = this.#options;
    const now = clock();
    const message = error instanceof Error ? error.message : String(error);
    if (now - lookup.createdAt > GIVE_UP_AFTER_MS) {
      logger.error(
        `${lookup.source} never answered about ${lookup.key}, it is given up: ${message}`,
      );
      await spool.remove(lookup);
      return;
    }
    const wanted =
      error instanceof VendorApiError ? error.retryAfterMs : undefined;
    const pause = Math.min(
      FIRST_PAUSE_MS * 2 ** (lookup.attempts - 1),
      LONGEST_PAUSE_MS,
    );
    const until = now + Math.max(pause, wanted ?? 0);
    await spool.postpone(lookup, { until, error: message });
    if (wanted) {
      await spool.pause(lookup.source, now + wanted);
    }
    logger.debug(
      `${lookup.source} is asked again about ${lookup.key}: ${message}`,
    );
  }
}

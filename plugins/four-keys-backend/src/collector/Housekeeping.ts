import type {
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { dropOldPartitions } from '../database';
import { addSourceCounts, dropOldRates, type SourceTally } from './sourceStats';

const FLUSH_MS = 5000;

export interface HousekeepingOptions {
  readonly knex: Knex;
  readonly scheduler: SchedulerService;
  readonly logger: LoggerService;
  readonly clock: () => number;
  readonly keepRawEventsDays: number;
  /** What the ingest rejected and nobody has written down yet. */
  readonly rejections: SourceTally;
}

/** Drops what is old, and writes down what the ingest counted. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { scheduler, knex, clock, keepRawEventsDays, logger } = this.#options;
    this.#timer = setInterval(() => {
      this.#flushing = this.#flush();
    }, FLUSH_MS);
    this.#timer.unref();
    await scheduler.scheduleTask({
      id: 'four-keys-retention',
      frequency: { hours: 1 },
      timeout: { minutes: 15 },
      fn: async () => {
        const now = clock();
        const dropped = await dropOldPartitions(knex, keepRawEventsDays, now);
        if (dropped.length > 0) {
          logger.info(`Dropped raw events: ${dropped.join(', ')}`);
        }
        await dropOldRates(knex, new Date(now));
      },
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const { knex, rejections, logger } = this.#options;
    const counts = rejections.take();
    try {
      await addSourceCounts(knex, counts);
    } catch (error) {
      logger.debug(
        `Rejections could not be counted, they come later: ${error}`,
      );
      for (const [source, count] of counts) {
        rejections.add(source, count);
      }
    }
  }
}

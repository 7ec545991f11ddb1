import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  VendorApiError,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { Knex } from 'knex';
import type { ConfiguredSource } from '../config';
import { eventSourceOf, type Intake } from '../intake/Intake';

const TABLE = 'four_keys_imports';

const HOUR = 3_600_000;

/** How far back each comparison looks. */
const WINDOW_MS = 48 * HOUR;

interface Progress {
  readonly since: number;
  readonly until: number;
  readonly cursor: string | undefined;
}

interface ReconcilerOptions {
  readonly knex: Knex;
  readonly sources: readonly ConfiguredSource[];
  readonly intake: Intake;
  readonly apiOf: (source: ConfiguredSource, container: string) => VendorApi;
  /** The containers that the catalog knows. */
  readonly containersOf: (annotation: string) => readonly string[];
  readonly logger: LoggerService;
  readonly clock: () => number;
}

/**
 * Compares with what the vendors remember, so that a webhook that was lost is
 * made up for. The same events have the same ids, so nothing counts twice.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Goes through every repository and project, those first that waited longest. */
  async run(signal?: AbortSignal): Promise<void> {
    for (const source of this.#options.sources) {
      if (!source.source.importFrom || signal?.aborted) {
        continue;
      }
      await this.#runSource(source, signal);
    }
  }

  async #runSource(
    source: ConfiguredSource,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { logger } = this.#options;
    for (const container of await this.#waitingLongest(source)) {
      if (signal?.aborted) {
        return;
      }
      try {
        await this.#runContainer(source, container, signal);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        logger.warn(
          `${eventSourceOf(
            source,
          )} could not be compared for ${container}, and will be again: ${message}`,
        );
        if (error instanceof VendorApiError && error.retryAfterMs) {
          // The others would only hear the same.
          return;
        }
      }
    }
  }

  async #waitingLongest(source: ConfiguredSource): Promise<string[]> {
    const { knex, containersOf } = this.#options;
    const annotation = source.type.containerAnnotation;
    const containers = new Set([
      ...(source.config.getOptionalStringArray('repositories') ?? []),
      ...(source.source.containers ?? []),
      ...(annotation ? containersOf(annotation) : []),
    ]);
    const seen = await knex(TABLE)
      .where({ source: eventSourceOf(source) })
      .orderBy('updated_at')
      .pluck<string[]>('container');
    const order = new Map(seen.map((container, at) => [container, at]));
    return [...containers].sort(
      (a, b) => (order.get(a) ?? -1) - (order.get(b) ?? -1),
    );
  }

  /** Where to go on: an unfinished window first, which is not to have a hole. */
  async #progressOf(
    source: ConfiguredSource,
    container: string,
  ): Promise<Progress> {
    const { knex, clock } = this.#options;
    const row = await knex(TABLE)
      .where({ source: eventSourceOf(source), container })
      .first<
        | { since: Date; until: Date; cursor: string | null; done: boolean }
        | undefined
      >();
    if (row && !row.done) {
      return {
        since: row.since.getTime(),
        until: row.until.getTime(),
        cursor: row.cursor ?? undefined,
      };
    }
    const now = clock();
    // After a long pause it begins where the last comparison ended.
    const last = row?.until.getTime() ?? now;
    return {
      since: Math.min(now - WINDOW_MS, last),
      until: now,
      cursor: undefined,
    };
  }

  async #runContainer(
    source: ConfiguredSource,
    container: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { intake, apiOf } = this.#options;
    const progress = await this.#progressOf(source, container);
    await this.#save(source, container, progress, false);
    const pages = source.source.importFrom!(
      { container, ...progress },
      apiOf(source, container),
    );
    for await (const page of pages) {
      await intake.take(source, page);
      await this.#save(
        source,
        container,
        { ...progress, cursor: page.cursor },
        false,
      );
      if (signal?.aborted) {
        return;
      }
    }
    await this.#save(source, container, progress, true);
  }

  async #save(
    source: ConfiguredSource,
    container: string,
    { since, until, cursor }: Progress,
    done: boolean,
  ): Promise<void> {
    const { knex, clock } = this.#options;
    await knex(TABLE)
      .insert({
        source: eventSourceOf(source),
        container,
        since: new Date(since),
        until: new Date(until),
        cursor: cursor ?? null,
        done,
        updated_at: new Date(clock()),
      })
      .onConflict(['source', 'container'])
      .merge();
  }
}

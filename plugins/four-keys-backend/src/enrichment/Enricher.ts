import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import type { Entity } from '@backstage/catalog-model';
import type { CatalogService as CatalogApi } from '@backstage/plugin-catalog-node';
import {
  ANNOTATION_SERVICE_ID,
  type ContractEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { CatalogIndex, INDEXED_FIELDS } from './catalogIndex';
import { enrich, serviceOf } from './enrich';
import { applyCatalog, insertServices } from './entityStore';

const PAGE_SIZE = 500;

/** Unknown services bring the next look into the catalog forward, at most so often. */
const UNKNOWN_SERVICE_THROTTLE_MS = 5000;

/**
 * How long an entity must be missing before it counts as removed: a catalog
 * that starts anew is empty for a while.
 */
const GONE_AFTER_MS = 5 * 60 * 1000;

const FIRST_RETRY_MS = 1000;

/** A catalog that has just started is empty, and soon is not. */
const EMPTY_RETRY_MS = 2000;

export interface EnricherOptions {
  readonly knex: Knex;
  readonly catalog: CatalogApi;
  readonly auth: AuthService;
  readonly logger: LoggerService;
  readonly clock: () => number;
  readonly refreshMs: number;
  readonly jiraIncidents: boolean;
}

/**
 * Keeps an index of the catalog in memory, so that storing events never waits
 * for it; what it knew last holds while the catalog is away.
 */
export class Enricher {
  readonly #options: EnricherOptions;
  readonly #abort = new AbortController();
  readonly #recorded = new Set<string>();
  readonly #missingSince = new Map<string, number>();
  #index = CatalogIndex.empty;
  #applied: string | undefined;
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #unknownSeen = false;

  constructor(options: EnricherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake?.();
    await this.#loop;
  }

  /** What the catalog says about each event's service. */
  enrich<T extends { readonly event: ContractEvent }>(
    records: readonly T[],
  ): Array<T & { enrichment?: Record<string, unknown> }> {
    return records.map(record => {
      const enrichment = enrich(record.event, this.#index);
      return enrichment ? { ...record, enrichment } : record;
    });
  }

  /**
   * Writes the services that events name for the first time.
   *
   * @returns what to call once the transaction is committed.
   */
  async recordServices(
    tx: Knex.Transaction,
    events: readonly ContractEvent[],
  ): Promise<() => void> {
    const unrecorded = new Set<string>();
    for (const event of events) {
      const service = serviceOf(event);
      if (service !== undefined && !this.#recorded.has(service)) {
        unrecorded.add(service);
      }
    }
    if (unrecorded.size === 0) {
      return () => {};
    }
    const services = [...unrecorded];
    await insertServices(
      tx,
      services,
      this.#index,
      new Date(this.#options.clock()),
    );
    return () => {
      services.forEach(service => this.#recorded.add(service));
      if (services.some(service => !this.#index.resolve(service))) {
        this.#unknownSeen = true;
        this.#wake?.();
      }
    };
  }

  /**
   * Reads the catalog and writes what changed.
   *
   * @throws when the catalog or the database is away; the index stays as it was.
   */
  async refresh(): Promise<void> {
    const { knex, clock, jiraIncidents } = this.#options;
    const entities = await this.#fetchEntities();
    const index = new CatalogIndex(entities, { jiraIncidents });
    const content = JSON.stringify([...index.services()]);
    if (content === this.#applied && this.#missingSince.size === 0) {
      return;
    }
    this.#index = index;
    const now = clock();
    const { missing } = await applyCatalog(knex, {
      index,
      now: new Date(now),
      isGone: service =>
        now - (this.#missingSince.get(service) ?? now) >= GONE_AFTER_MS,
    });
    this.#applied = content;
    const still = new Set(missing);
    for (const service of this.#missingSince.keys()) {
      if (!still.has(service)) {
        this.#missingSince.delete(service);
      }
    }
    for (const service of still) {
      if (!this.#missingSince.has(service)) {
        this.#missingSince.set(service, now);
      }
    }
  }

  async #fetchEntities(): Promise<Entity[]> {
    const { catalog, auth } = this.#options;
    const entities: Entity[] = [];
    for await (const page of catalog.streamEntities(
      {
        filter: [
          { kind: ['component', 'system'] },
          {
            [`metadata.annotations.${ANNOTATION_SERVICE_ID}`]:
              CATALOG_FILTER_EXISTS,
          },
        ],
        fields: INDEXED_FIELDS,
        pageSize: PAGE_SIZE,
      },
      { credentials: await auth.getOwnServiceCredentials() },
    )) {
      entities.push(...page);
    }
    return entities;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { logger, refreshMs } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      let pauseMs = refreshMs;
      this.#unknownSeen = false;
      try {
        await this.refresh();
        failures = 0;
        if (this.#index.size === 0) {
          pauseMs = Math.min(EMPTY_RETRY_MS, refreshMs);
        }
      } catch (error) {
        failures += 1;
        pauseMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), refreshMs);
        const log = failures === 1 ? logger.info : logger.debug;
        log.call(
          logger,
          `The catalog could not be read, its last state holds: ${error}`,
        );
      }
      await this.#pause(pauseMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#abort;
    const sleep = (duration: number) =>
      new Promise<void>(resolve => {
        const timer = setTimeout(resolve, duration);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const throttle = Math.min(ms, UNKNOWN_SERVICE_THROTTLE_MS);
    const until = Date.now() + ms;
    const earliest = Date.now() + throttle;
    while (!signal.aborted) {
      const end = this.#unknownSeen ? earliest : until;
      const left = end - Date.now();
      if (left <= 0) {
        break;
      }
      await sleep(left);
    }
    this.#wake = undefined;
  }
}

import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import { ServiceUnavailableError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';

/** All that readiness reads of an entity. */
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.tags',
  'metadata.annotations',
  'spec.type',
  'spec.lifecycle',
  'spec.owner',
  'spec.system',
  'spec.domain',
  'status',
];

const PAGE_SIZE = 500;

export interface CatalogSnapshotOptions<T> {
  readonly catalog: Pick<CatalogService, 'streamEntities'>;
  readonly auth: Pick<AuthService, 'getOwnServiceCredentials'>;
  readonly logger: LoggerService;
  readonly clock: () => number;
  readonly maxAgeMs: number;
  /** What is made of the whole catalog, once each time it is read. */
  readonly prepare: (entities: readonly AlphaEntity[]) => T;
}

export interface Snapshot<T> {
  readonly content: T;
  /** When it was read, in milliseconds since the epoch. */
  readonly readAt: number;
  /** It is older than it should be, because the catalog is away. */
  readonly stale: boolean;
}

/** The whole catalog, read when somebody asks and not more often than needed. */
export class CatalogSnapshot<T> {
  readonly #options: CatalogSnapshotOptions<T>;
  #last: Snapshot<T> | undefined;
  #reading: Promise<Snapshot<T>> | undefined;

  constructor(options: CatalogSnapshotOptions<T>) {
    this.#options = options;
  }

  /** @throws ServiceUnavailableError when the catalog could never be read. */
  async read(): Promise<Snapshot<T>> {
    const { clock, maxAgeMs } = this.#options;
    if (this.#last && clock() - this.#last.readAt < maxAgeMs) {
      return this.#last;
    }
    this.#reading ??= this.#readAnew().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAnew(): Promise<Snapshot<T>> {
    const { catalog, auth, logger, clock, prepare } = this.#options;
    const readAt = clock();
    try {
      const entities: AlphaEntity[] = [];
      const pages = catalog.streamEntities(
        { fields: FIELDS, pageSize: PAGE_SIZE },
        { credentials: await auth.getOwnServiceCredentials() },
      );
      for await (const page of pages) {
        entities.push(...page);
      }
      this.#last = { content: prepare(entities), readAt, stale: false };
      return this.#last;
    } catch (error) {
      if (!this.#last) {
        throw new ServiceUnavailableError(
          'The catalog cannot be read, and readiness is about its entities; ask again once it is back',
          error,
        );
      }
      logger.info(
        `The catalog could not be read, readiness is answered from before: ${error}`,
      );
      return { ...this.#last, stale: true };
    }
  }
}

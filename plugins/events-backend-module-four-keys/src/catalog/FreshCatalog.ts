import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import type { Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { ANNOTATION_SERVICE_ID } from '@four-keys/backstage-plugin-four-keys-common';
import type {
  CatalogedService,
  CatalogServices,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { AnnotationIndex, INDEXED_FIELDS } from './AnnotationIndex';

const PAGE_SIZE = 500;

interface FreshCatalogOptions {
  readonly catalog: CatalogService;
  readonly auth: AuthService;
  readonly logger: LoggerService;
  readonly clock: () => number;
}

/** How old the index may become. A catalog that has just started is empty, and soon is not. */
const MAX_AGE_MS = 3 * 60_000;

/**
 * The catalog as it was a few minutes ago, so that no webhook waits for it.
 * What it said last holds while it is away.
 */
export class FreshCatalog implements CatalogServices {
  readonly #options: FreshCatalogOptions;
  #index = new AnnotationIndex([]);
  #readAt = -Infinity;

  constructor(options: FreshCatalogOptions) {
    this.#options = options;
  }

  find(annotation: string, value: string): readonly CatalogedService[] {
    return this.#index.find(annotation, value);
  }

  valuesOf(annotation: string): string[] {
    return this.#index.valuesOf(annotation);
  }

  /** Reads the catalog if it is due. Never throws: an older one is better than none. */
  async refresh(): Promise<void> {
    const { catalog, auth, logger, clock } = this.#options;
    if (this.#index.size > 0 && clock() - this.#readAt < MAX_AGE_MS) {
      return;
    }
    const entities: Entity[] = [];
    try {
      for await (const page of catalog.streamEntities(
        {
          filter: [
            { kind: 'component' },
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
      this.#index = new AnnotationIndex(entities);
      this.#readAt = clock();
    } catch (error) {
      logger.info(
        `The catalog could not be read, its last state holds: ${error}`,
      );
    }
  }
}

import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  describeViolation,
  findSharedServiceIds,
  type AnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';

/** What an id is shared by, and whether that is a violation, needs no more. */
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
  'spec.lifecycle',
];

export interface SharedServiceIdsOptions {
  readonly catalog: Pick<CatalogService, 'streamEntities'>;
  readonly auth: Pick<AuthService, 'getOwnServiceCredentials'>;
  readonly logger: LoggerService;
  readonly rules: AnnotationRules;
}

/**
 * Looks through the whole catalog for service ids that several entities have,
 * which no processor can see because it has one entity at a time.
 */
export class SharedServiceIds {
  readonly #options: SharedServiceIdsOptions;
  #known: ReadonlySet<string> = new Set();

  constructor(options: SharedServiceIdsOptions) {
    this.#options = options;
  }

  /**
   * Logs a warning for each violation that the look before did not find.
   *
   * @throws when the catalog does not answer.
   */
  async look(signal?: AbortSignal): Promise<void> {
    const { catalog, auth, logger, rules } = this.#options;
    const entities: Entity[] = [];
    const pages = catalog.streamEntities(
      { fields: FIELDS },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    for await (const page of pages) {
      signal?.throwIfAborted();
      entities.push(...page);
    }
    const found = new Set(
      findSharedServiceIds(entities, rules).map(describeViolation),
    );
    for (const message of found) {
      if (!this.#known.has(message)) {
        logger.warn(message);
      }
    }
    this.#known = found;
  }
}

import type { Config } from '@backstage/config';
import type { Entity } from '@backstage/catalog-model';
import type {
  AlphaEntity,
  EntityStatusItem,
} from '@backstage/catalog-model/alpha';
import {
  processingResult,
  type CatalogProcessor,
  type CatalogProcessorEmit,
  type LocationSpec,
} from '@backstage/plugin-catalog-node';
import {
  ANNOTATION_PREFIX,
  createAnnotationValidator,
  describeViolation,
  type AnnotatedEntity,
  type AnnotationRules,
  type AnnotationViolation,
} from '@four-keys/backstage-plugin-four-keys-common';
import { readRules } from '../config';

function toStatusItem(violation: AnnotationViolation): EntityStatusItem {
  return {
    type: ANNOTATION_PREFIX + violation.code.replace(/_/g, '-'),
    level: 'warning',
    message: describeViolation(violation),
  };
}

function withWarnings(
  entity: AlphaEntity,
  violations: readonly AnnotationViolation[],
): AlphaEntity {
  return {
    ...entity,
    status: {
      ...entity.status,
      items: [...(entity.status?.items ?? []), ...violations.map(toStatusItem)],
    },
  };
}

/** Everything about the entity in one text: what keeps it out first. */
function refusal(violations: readonly AnnotationViolation[]): string {
  const enforced = violations.filter(({ mode }) => mode === 'enforce');
  const warnings = violations.filter(({ mode }) => mode === 'warn');
  return [
    ...enforced.map(describeViolation),
    ...warnings.map(one => `Warning: ${describeViolation(one)}`),
  ].join('\n');
}

/**
 * Checks the annotations of every entity that passes through the catalog.
 *
 * Runs after the entity has been validated, so that other processors have
 * filled in what they know. The catalog has no result for a warning, and an
 * emitted error freezes the entity: therefore warnings travel in the status of
 * the entity itself.
 *
 * Sees one entity at a time and asks nobody, so that the same entity always
 * has the same result: what takes the whole catalog to see, such as a service
 * id that two entities have, is found by `validateCatalog` instead.
 *
 * @public
 */
export class FourKeysAnnotationProcessor implements CatalogProcessor {
  readonly #check: (entity: AnnotatedEntity) => AnnotationViolation[];

  /**
   * Reads `fourKeys.catalog`.
   *
   * @throws InputError naming the key that is wrong.
   */
  static fromConfig(config: Config): FourKeysAnnotationProcessor {
    return new FourKeysAnnotationProcessor(readRules(config));
  }

  constructor(rules: AnnotationRules) {
    this.#check = createAnnotationValidator(rules);
  }

  /** Operators name it in `catalog.processorOptions`, so it never changes. */
  getProcessorName(): string {
    return 'FourKeysAnnotationProcessor';
  }

  async postProcessEntity(
    entity: Entity,
    location: LocationSpec,
    emit: CatalogProcessorEmit,
  ): Promise<Entity> {
    const violations = this.#check(entity);
    if (violations.length === 0) {
      return entity;
    }
    if (violations.every(({ mode }) => mode === 'warn')) {
      return withWarnings(entity, violations);
    }
    emit(processingResult.inputError(location, refusal(violations)));
    return entity;
  }
}

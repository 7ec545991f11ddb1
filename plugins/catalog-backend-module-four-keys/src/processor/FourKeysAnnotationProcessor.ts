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
  type AnnotationViolation,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { AnnotationSettings } from '../config';

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

/**
 * Checks the annotations of every entity that passes through the catalog.
 *
 * Runs after the entity has been validated, so that other processors have
 * filled in what they know. The catalog has no result for a warning, and an
 * emitted error freezes the entity: therefore warnings travel in the status of
 * the entity itself.
 */
export class FourKeysAnnotationProcessor implements CatalogProcessor {
  readonly #check: (entity: AnnotatedEntity) => AnnotationViolation[];
  readonly #enforce: boolean;

  constructor({ mode, rules }: AnnotationSettings) {
    this.#check = createAnnotationValidator(rules);
    this.#enforce = mode === 'enforce';
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
    if (!this.#enforce) {
      return withWarnings(entity, violations);
    }
    emit(
      processingResult.inputError(
        location,
        violations.map(describeViolation).join('\n'),
      ),
    );
    return entity;
  }
}

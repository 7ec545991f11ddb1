import type { Entity } from '@backstage/catalog-model';
import { ANNOTATION_PREFIX } from '@four-keys/backstage-plugin-four-keys-common';

/** The catalog hands the status of an entity out, and its type does not say so. */
interface WithStatus extends Entity {
  readonly status?: {
    readonly items?: ReadonlyArray<{
      readonly type?: unknown;
      readonly level?: unknown;
      readonly message?: unknown;
    }>;
  };
}

/** What the check of our annotations has written into the status of an entity. */
export const annotationWarningsOf = (entity: Entity): string[] =>
  ((entity as WithStatus).status?.items ?? []).flatMap(({ type, message }) =>
    typeof type === 'string' &&
    type.startsWith(ANNOTATION_PREFIX) &&
    typeof message === 'string'
      ? [message]
      : [],
  );

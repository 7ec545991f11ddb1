import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import { ANNOTATION_SERVICE_ID } from '@four-keys/backstage-plugin-four-keys-common';

/** How the metrics of an entity are asked for. */
export const scopeOf = (entity: Entity): string => stringifyEntityRef(entity);

/** The service id under which the events of an entity are to be sent. */
export const serviceIdOf = ({ metadata }: Entity): string =>
  metadata.annotations?.[ANNOTATION_SERVICE_ID] ?? metadata.name;

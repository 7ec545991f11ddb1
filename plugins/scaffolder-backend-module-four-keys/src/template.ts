import type { ActionContext } from '@backstage/plugin-scaffolder-node';
import { parseEntityRef } from '@backstage/catalog-model';
import { ANNOTATION_TEMPLATE } from '@four-keys/backstage-plugin-four-keys-common';
import type { JsonObject } from '@backstage/types';

/** Which template a run is of, as far as it is known. */
export interface TemplateLineage {
  readonly id?: string;
  readonly version?: string;
}

/**
 * The id and version of the running template: what the step was given, else
 * the annotation `four-keys.dev/template: id@version` of the template itself,
 * else its name. A version is never invented.
 */
export function templateLineageOf(
  templateInfo: ActionContext<JsonObject>['templateInfo'],
  given: { templateId?: string; templateVersion?: string },
): TemplateLineage {
  const annotation =
    templateInfo?.entity?.metadata.annotations?.[ANNOTATION_TEMPLATE];
  const [annotatedId, annotatedVersion] = annotation?.split('@') ?? [];
  const name = templateInfo && parseEntityRef(templateInfo.entityRef).name;
  return {
    id: given.templateId ?? annotatedId ?? name,
    version: given.templateVersion ?? annotatedVersion,
  };
}

import { stringifyEntityRef } from '@backstage/catalog-model';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import {
  ANNOTATION_DEPLOY_TYPE,
  ANNOTATION_ENVIRONMENTS,
  ANNOTATION_OWNER,
  ANNOTATION_PREFIX,
  ANNOTATION_SERVICE_ID,
  createSubjectFilter,
  validateCatalog,
  type AnnotationRules,
  type ReadinessProblem,
} from '@four-keys/backstage-plugin-four-keys-common';
import { domainsBySystem, refOf } from '../enrichment';
import { fromViolation, refused } from './problems';

/** An entity of which something is expected, as the catalog shows it. */
export interface Subject {
  readonly entityRef: string;
  /** The service id that events are expected to carry; null: none. */
  readonly serviceId: string | null;
  readonly title: string;
  readonly kind: string;
  readonly type: string | null;
  readonly lifecycle: string | null;
  readonly owner: string | null;
  readonly system: string | null;
  readonly domain: string | null;
  /** Whether it is deployed at all. */
  readonly deploys: boolean;
  /** Where deployments are expected, in lower case; empty: it does not say. */
  readonly environments: readonly string[];
  /** What its file alone shows. */
  readonly problems: readonly ReadinessProblem[];
}

const DEPLOYED_TYPES = ['service', 'website'];

const text = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

function deploys(deployType: string | null, type: string | null): boolean {
  return deployType === null
    ? type !== null && DEPLOYED_TYPES.includes(type.toLowerCase())
    : deployType !== 'library';
}

/** The errors of the catalog that our check made: the newest version of the entity is not in. */
function refusals(entity: AlphaEntity): string[] {
  return (entity.status?.items ?? [])
    .filter(
      ({ level, message }) =>
        level === 'error' && message.includes(ANNOTATION_PREFIX),
    )
    .map(({ message }) => message);
}

/** Checks the whole catalog: every entity that is expected to be ready. */
export function prepareSubjects(
  entities: readonly AlphaEntity[],
  rules: AnnotationRules,
): Subject[] {
  const isSubject = createSubjectFilter(rules);
  const domains = domainsBySystem(entities);
  const violations = new Map<string, ReadinessProblem[]>();
  for (const violation of validateCatalog(entities, rules)) {
    const known = violations.get(violation.entity) ?? [];
    violations.set(violation.entity, [...known, fromViolation(violation)]);
  }
  return entities.filter(isSubject).map(entity => {
    const { kind, metadata, spec } = entity;
    const annotation = (name: string) => text(metadata.annotations?.[name]);
    const entityRef = stringifyEntityRef(entity);
    const isComponent = kind.toLowerCase() === 'component';
    const type = text(spec?.type);
    const system = refOf(spec?.system, entity, 'system');
    const environments = annotation(ANNOTATION_ENVIRONMENTS);
    return {
      entityRef,
      serviceId:
        annotation(ANNOTATION_SERVICE_ID) ??
        (isComponent ? metadata.name : null),
      title: metadata.title ?? metadata.name,
      kind: kind.toLowerCase(),
      type,
      lifecycle: text(spec?.lifecycle),
      owner: refOf(
        spec?.owner ?? annotation(ANNOTATION_OWNER),
        entity,
        'group',
      ),
      system,
      domain:
        refOf(spec?.domain, entity, 'domain') ??
        (system === null ? null : domains.get(system) ?? null),
      deploys:
        (isComponent || environments !== null) &&
        deploys(annotation(ANNOTATION_DEPLOY_TYPE), type),
      environments:
        environments
          ?.split(',')
          .map(name => name.trim().toLowerCase())
          .filter(name => name !== '') ?? [],
      problems: [
        ...refusals(entity).map(message =>
          refused(entityRef, message, rules.docsUrl),
        ),
        ...(violations.get(entityRef) ?? []),
      ],
    };
  });
}

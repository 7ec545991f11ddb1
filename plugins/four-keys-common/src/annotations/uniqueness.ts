import { annotatedEntityRef, type AnnotatedEntity } from './entity';
import { compileModes } from './modes';
import { ANNOTATION_PREFIX, ANNOTATION_SERVICE_ID } from './names';
import { DEFAULT_ANNOTATION_RULES, type AnnotationRules } from './rules';
import {
  createAnnotationValidator,
  type AnnotationViolation,
} from './validate';

/** The id under which the events of an entity come in; undefined: it has none. */
function serviceIdOf({ kind, metadata }: AnnotatedEntity): string | undefined {
  const given = metadata.annotations?.[ANNOTATION_SERVICE_ID];
  if (typeof given === 'string' && given.trim() !== '') {
    return given.trim();
  }
  return kind.toLowerCase() === 'component' ? metadata.name : undefined;
}

function claims(
  entities: Iterable<AnnotatedEntity>,
): ReadonlyMap<string, ReadonlyMap<string, AnnotatedEntity>> {
  const byId = new Map<string, Map<string, AnnotatedEntity>>();
  for (const entity of entities) {
    const id = serviceIdOf(entity);
    if (id !== undefined) {
      const claimants = byId.get(id) ?? new Map<string, AnnotatedEntity>();
      byId.set(id, claimants.set(annotatedEntityRef(entity), entity));
    }
  }
  return byId;
}

/**
 * Service ids that more than one of the entities has, a violation for each of
 * them. Events with such an id cannot be told apart, so they count for one
 * entity or for none.
 *
 * @public
 */
export function findSharedServiceIds(
  entities: Iterable<AnnotatedEntity>,
  rules: AnnotationRules = DEFAULT_ANNOTATION_RULES,
): AnnotationViolation[] {
  const modeOf = compileModes(rules.mode);
  const violations: AnnotationViolation[] = [];
  for (const [id, claimants] of claims(entities)) {
    if (claimants.size < 2) {
      continue;
    }
    for (const [ref, entity] of claimants) {
      const mode = modeOf(entity) ?? 'warn';
      if (mode === 'off') {
        continue;
      }
      const others = [...claimants.keys()]
        .filter(other => other !== ref)
        .sort();
      violations.push({
        code: 'shared_service_id',
        mode,
        entity: ref,
        annotation: ANNOTATION_SERVICE_ID,
        value: id,
        expected: `an id of its own, but ${others.join(', ')} ${
          others.length === 1 ? 'has' : 'have'
        } it too`,
        remedy: `Give all but one of them another ${ANNOTATION_SERVICE_ID}.`,
        docs: `${rules.docsUrl}#${ANNOTATION_SERVICE_ID.slice(
          ANNOTATION_PREFIX.length,
        )}`,
      });
    }
  }
  return violations;
}

/**
 * Everything that is wrong in a whole catalog: the violations of each entity
 * and the service ids that several share. Sorted by entity, so that two runs
 * over the same entities give the same report.
 *
 * @public
 */
export function validateCatalog(
  entities: Iterable<AnnotatedEntity>,
  rules: AnnotationRules = DEFAULT_ANNOTATION_RULES,
): AnnotationViolation[] {
  const all = [...entities];
  const shared = findSharedServiceIds(all, rules);
  return [...all.flatMap(createAnnotationValidator(rules)), ...shared].sort(
    (a, b) => {
      if (a.entity === b.entity) {
        return 0;
      }
      return a.entity < b.entity ? -1 : 1;
    },
  );
}

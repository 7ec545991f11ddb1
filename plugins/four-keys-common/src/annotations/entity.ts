import { ANNOTATION_COMPLIANCE_LEVEL, ANNOTATION_PREFIX } from './names';
import type { AnnotationRule, AnnotationRuleMatch } from './rules';

/**
 * As much of a catalog entity as the checks need. Values are unknown because
 * the file of a pull request has been through no other validation.
 *
 * @public
 */
export interface AnnotatedEntity {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly tags?: readonly string[];
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

const DEFAULT_NAMESPACE = 'default';

/** The reference of an entity, such as `component:default/payments-api`. @public */
export function annotatedEntityRef({
  kind,
  metadata,
}: AnnotatedEntity): string {
  const namespace = metadata.namespace ?? DEFAULT_NAMESPACE;
  return `${kind}:${namespace}/${metadata.name}`.toLowerCase();
}

function fullRef(ref: string, namespace: string): string {
  const [, kind, ns, name] =
    /^(?:([^:]*):)?(?:([^/]*)\/)?(.*)$/.exec(ref.trim()) ?? [];
  return `${kind || 'group'}:${ns || namespace}/${name}`.toLowerCase();
}

/** Whether two owner references name the same owner, with the defaults of the entity filled in. */
export function ownersAgree(
  entity: AnnotatedEntity,
  one: string,
  other: string,
): boolean {
  const namespace = entity.metadata.namespace ?? DEFAULT_NAMESPACE;
  return fullRef(one, namespace) === fullRef(other, namespace);
}

const holds = (allowed: readonly string[] | undefined, value: unknown) =>
  allowed === undefined ||
  (typeof value === 'string' &&
    allowed.some(one => one.toLowerCase() === value.toLowerCase()));

/**
 * Which entities the annotations are about: every component, whatever a rule
 * asks something of, and whatever carries an annotation of the schema.
 *
 * @public
 */
export function createSubjectFilter({
  rules,
}: {
  readonly rules: readonly AnnotationRule[];
}): (entity: AnnotatedEntity) => boolean {
  return entity =>
    entity.kind.toLowerCase() === 'component' ||
    Object.keys(entity.metadata.annotations ?? {}).some(name =>
      name.startsWith(ANNOTATION_PREFIX),
    ) ||
    rules.some(
      ({ match, require }) => require.length > 0 && matchesRule(entity, match),
    );
}

export function matchesRule(
  entity: AnnotatedEntity,
  match: AnnotationRuleMatch,
): boolean {
  const { kind, metadata, spec } = entity;
  // The type of a template is that of what it makes: asked of the template
  // itself, every rule by type would be a false alarm.
  if (match.kind === undefined && kind.toLowerCase() === 'template') {
    return false;
  }
  return (
    holds(match.kind, kind) &&
    holds(match.type, spec?.type) &&
    holds(match.lifecycle, spec?.lifecycle) &&
    (match.tags === undefined ||
      (metadata.tags ?? []).some(tag => holds(match.tags, tag))) &&
    holds(match.level, metadata.annotations?.[ANNOTATION_COMPLIANCE_LEVEL])
  );
}

import { describeAnnotations, type AnnotationDefinition } from './definitions';
import { ANNOTATION_OWNER, ANNOTATION_PREFIX } from './names';
import {
  DEFAULT_ANNOTATION_RULES,
  type AnnotationRule,
  type AnnotationRules,
} from './rules';
import {
  matchesRule,
  ownersAgree,
  annotatedEntityRef,
  type AnnotatedEntity,
} from './entity';
import { compileModes, severer, type AnnotationMode } from './modes';
import { suggest } from './suggest';

/** @public */
export const ANNOTATION_VIOLATION_CODES = [
  'unknown_annotation',
  'invalid_value',
  'missing_annotation',
  'owners_disagree',
  'shared_service_id',
] as const;

/** @public */
export type AnnotationViolationCode =
  (typeof ANNOTATION_VIOLATION_CODES)[number];

/** One problem of one entity, and how to mend it. @public */
export interface AnnotationViolation {
  readonly code: AnnotationViolationCode;
  /** Whether it is a warning or keeps the entity out, by the rules in force. */
  readonly mode: Exclude<AnnotationMode, 'off'>;
  /** The reference of the entity, such as `component:default/payments-api`. */
  readonly entity: string;
  /** The whole key. */
  readonly annotation: string;
  /** What is there now; absent when nothing is. */
  readonly value?: string;
  /** What should be there, in words. */
  readonly expected: string;
  /** What to do, a sentence. */
  readonly remedy: string;
  /** Where the annotation is explained. */
  readonly docs: string;
}

type Report = (
  code: AnnotationViolationCode,
  annotation: string,
  rest: {
    value?: unknown;
    expected: string;
    remedy: string;
    mode?: AnnotationMode;
  },
) => void;

const shown = (value: unknown) =>
  typeof value === 'string' ? value : JSON.stringify(value) ?? String(value);

function checkKnown(
  definition: AnnotationDefinition,
  value: unknown,
  report: Report,
) {
  const { name, schema, expected, examples, values } = definition;
  if (typeof value !== 'string') {
    report('invalid_value', name, {
      value,
      expected: `text: ${expected}`,
      remedy: `Put the value of ${name} into quotes, because annotations are text.`,
    });
  } else if (!schema.safeParse(value).success) {
    const meant = values && suggest(value, values);
    report('invalid_value', name, {
      value,
      expected,
      remedy: meant
        ? `Did you mean "${meant}"? Change ${name}.`
        : `Change ${name}, for example to "${examples[0]}".`,
    });
  }
}

function checkUnknown(
  name: string,
  value: unknown,
  known: readonly string[],
  report: Report,
) {
  const local = name.slice(ANNOTATION_PREFIX.length);
  const meant = suggest(local, known);
  report('unknown_annotation', name, {
    value,
    expected: `one of ${known.join(', ')} after ${ANNOTATION_PREFIX}`,
    remedy: meant
      ? `Did you mean ${ANNOTATION_PREFIX}${meant}? Rename it.`
      : `Remove it, or choose another prefix: ${ANNOTATION_PREFIX} is reserved for this schema.`,
  });
}

interface CompiledRule {
  readonly rule: AnnotationRule;
  readonly modeOf: (entity: AnnotatedEntity) => AnnotationMode | undefined;
}

/** Each annotation that the entity must have, with the severest mode of the rules that say so. */
function requiredOf(
  entity: AnnotatedEntity,
  rules: readonly CompiledRule[],
  mode: AnnotationMode,
): ReadonlyMap<string, AnnotationMode> {
  const required = new Map<string, AnnotationMode>();
  for (const { rule, modeOf } of rules) {
    if (matchesRule(entity, rule.match)) {
      const own = modeOf(entity) ?? mode;
      for (const name of rule.require) {
        required.set(name, severer(required.get(name) ?? 'off', own));
      }
    }
  }
  return required;
}

/**
 * Prepares the check of many entities. The function that comes back is pure
 * and gives every violation of an entity: first those of its annotations in
 * their order, then what is missing.
 *
 * @throws Error when a rule requires an annotation that the schema does not have.
 * @public
 */
export function createAnnotationValidator(
  options: AnnotationRules = DEFAULT_ANNOTATION_RULES,
): (entity: AnnotatedEntity) => AnnotationViolation[] {
  const definitions = new Map(
    describeAnnotations(options).map(definition => [
      definition.name,
      definition,
    ]),
  );
  const known = [...definitions.keys()].map(name =>
    name.slice(ANNOTATION_PREFIX.length),
  );
  for (const name of options.rules.flatMap(rule => rule.require)) {
    if (!definitions.has(name)) {
      const meant = suggest(name.split('/').pop() ?? name, known);
      throw new Error(
        `A rule requires "${name}", which the annotation schema does not have${
          meant ? `; did you mean ${ANNOTATION_PREFIX}${meant}?` : ''
        }`,
      );
    }
  }

  const modeOf = compileModes(options.mode);
  const rules = options.rules.map(rule => ({
    rule,
    modeOf: compileModes(rule.mode),
  }));

  return entity => {
    const violations: AnnotationViolation[] = [];
    const ref = annotatedEntityRef(entity);
    const general = modeOf(entity) ?? 'warn';
    const report: Report = (
      code,
      annotation,
      { value, expected, remedy, mode = general },
    ) => {
      if (mode === 'off') {
        return;
      }
      violations.push({
        code,
        mode,
        entity: ref,
        annotation,
        ...(value === undefined ? {} : { value: shown(value) }),
        expected,
        remedy,
        docs: definitions.has(annotation)
          ? `${options.docsUrl}#${annotation.slice(ANNOTATION_PREFIX.length)}`
          : options.docsUrl,
      });
    };

    const annotations = entity.metadata.annotations ?? {};
    for (const [name, value] of Object.entries(annotations)) {
      if (!name.startsWith(ANNOTATION_PREFIX)) {
        continue;
      }
      const definition = definitions.get(name);
      if (definition) {
        checkKnown(definition, value, report);
      } else {
        checkUnknown(name, value, known, report);
      }
    }

    const specOwner = entity.spec?.owner;
    const hasSpecOwner = typeof specOwner === 'string' && specOwner !== '';
    const owner = annotations[ANNOTATION_OWNER];
    if (
      hasSpecOwner &&
      typeof owner === 'string' &&
      !ownersAgree(entity, specOwner, owner)
    ) {
      report('owners_disagree', ANNOTATION_OWNER, {
        value: owner,
        expected: `the same as spec.owner, which is "${specOwner}"`,
        remedy: `Remove ${ANNOTATION_OWNER}: spec.owner is enough.`,
      });
    }

    for (const [name, mode] of requiredOf(entity, rules, general)) {
      if (annotations[name] !== undefined) {
        continue;
      }
      if (name === ANNOTATION_OWNER && hasSpecOwner) {
        continue;
      }
      const { expected, examples } = definitions.get(name)!;
      report('missing_annotation', name, {
        mode,
        expected,
        remedy: `Add ${name} to metadata.annotations, for example "${examples[0]}".`,
      });
    }
    return violations;
  };
}

/**
 * Every violation of one entity. For many entities with the same rules, use
 * {@link createAnnotationValidator}.
 *
 * @public
 */
export function validateAnnotations(
  entity: AnnotatedEntity,
  rules: AnnotationRules = DEFAULT_ANNOTATION_RULES,
): AnnotationViolation[] {
  return createAnnotationValidator(rules)(entity);
}

/** A violation as one line for people. @public */
export function describeViolation(violation: AnnotationViolation): string {
  const { entity, annotation, value, expected, remedy, docs } = violation;
  const found = value === undefined ? 'is missing' : `is "${value}"`;
  return `${entity}: ${annotation} ${found}, expected ${expected}. ${remedy} See ${docs}`;
}

import {
  annotatedEntityRef,
  createAnnotationValidator,
  describeViolation,
  findSharedServiceIds,
  type AnnotationRules,
  type AnnotationViolation,
} from '@four-keys/backstage-plugin-four-keys-common';
import { readEntities, type FileProblem, type LocatedEntity } from './entities';
import type { Finding, Report } from './finding';

/** A file to check. */
export interface SourceFile {
  /** How reports name it. */
  readonly name: string;
  readonly text: string;
}

/** The name of an annotation is to blame when nobody knows it, otherwise its value. */
const partOf = ({ code }: AnnotationViolation) =>
  code === 'unknown_annotation' ? 'name' : 'value';

function fromViolation(
  violation: AnnotationViolation,
  file: string,
  { regionOf }: LocatedEntity,
): Finding {
  const { code, mode, entity, annotation, value, expected } = violation;
  return {
    file,
    ...regionOf(annotation, partOf(violation)),
    level: mode === 'enforce' ? 'error' : 'warning',
    code,
    entity,
    annotation,
    value: value ?? null,
    expected,
    remedy: violation.remedy,
    docs: violation.docs,
    message: describeViolation(violation),
  };
}

function fromProblem(
  { code, region, problem, expected, remedy }: FileProblem,
  file: string,
  docs: string,
): Finding {
  return {
    file,
    ...region,
    level: 'error',
    code,
    entity: null,
    annotation: null,
    value: null,
    expected,
    remedy,
    docs,
    message: `${problem}, expected ${expected}. ${remedy} See ${docs}`,
  };
}

const inOrder = (a: Finding, b: Finding) =>
  (a.file < b.file ? -1 : Number(a.file > b.file)) ||
  a.line - b.line ||
  a.column - b.column;

/**
 * Checks the entities of files by the rules of the catalog: each by itself, and
 * whether several of them have one service id.
 */
export function check(
  files: readonly SourceFile[],
  rules: AnnotationRules,
): Report {
  const validate = createAnnotationValidator(rules);
  const findings: Finding[] = [];
  const found: Array<{ file: string; located: LocatedEntity }> = [];
  for (const { name, text } of files) {
    const { entities, problems } = readEntities(text);
    findings.push(
      ...problems.map(problem => fromProblem(problem, name, rules.docsUrl)),
    );
    found.push(...entities.map(located => ({ file: name, located })));
  }
  const shared = new Map(
    findSharedServiceIds(
      found.map(({ located }) => located.entity),
      rules,
    ).map(violation => [violation.entity, violation]),
  );
  for (const { file, located } of found) {
    const violation = shared.get(annotatedEntityRef(located.entity));
    const violations = [
      ...validate(located.entity),
      ...(violation ? [violation] : []),
    ];
    findings.push(...violations.map(one => fromViolation(one, file, located)));
  }
  return {
    files: files.length,
    entities: found.length,
    findings: findings.sort(inOrder),
  };
}

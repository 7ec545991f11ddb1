import {
  ANNOTATION_MODES,
  type AnnotationMode,
  type AnnotationModes,
} from './modes';
import { ANNOTATION_PREFIX, ANNOTATION_SCHEMA_VERSIONS } from './names';
import {
  DEFAULT_ANNOTATION_RULES,
  type AnnotationRule,
  type AnnotationRules,
} from './rules';
import { createAnnotationValidator } from './validate';

type Fields = Readonly<Record<string, unknown>>;

const shown = (value: unknown) => JSON.stringify(value) ?? String(value);

function readFields(value: unknown, key: string): Fields {
  if (value === undefined || value === null) {
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`${key} is ${shown(value)}, it must be a map`);
  }
  return { ...value };
}

function readList(value: unknown, key: string): string[] | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (
    !Array.isArray(value) ||
    !value.every((one): one is string => typeof one === 'string' && one !== '')
  ) {
    throw new Error(`${key} is ${shown(value)}, it must be a list of texts`);
  }
  return value;
}

/** A list of values that an annotation may have, of which there must be one. */
function readValues(value: unknown, key: string): string[] | undefined {
  const values = readList(value, key);
  if (values?.length === 0) {
    throw new Error(`${key} is empty; remove it to have the default values`);
  }
  return values;
}

function readChoice<T extends string>(
  value: unknown,
  key: string,
  choices: readonly T[],
): T {
  const known = choices.find(choice => choice === value);
  if (!known) {
    throw new Error(
      `${key} is ${shown(value)}, it must be one of ${choices.join(', ')}`,
    );
  }
  return known;
}

function readMode(value: unknown, key: string): AnnotationMode {
  return readChoice(value, key, ANNOTATION_MODES);
}

function readModes(value: unknown, key: string): AnnotationModes | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== 'object') {
    return readMode(value, key);
  }
  return Object.fromEntries(
    Object.entries(readFields(value, key)).map(([lifecycle, mode]) => [
      lifecycle,
      readMode(mode, `${key}.${lifecycle}`),
    ]),
  );
}

const withPrefix = (name: string) =>
  name.includes('/') ? name : ANNOTATION_PREFIX + name;

function readRule(value: unknown, key: string): AnnotationRule {
  const rule = readFields(value, key);
  const match = readFields(rule.match, `${key}.match`);
  const list = (name: string) => readList(match[name], `${key}.match.${name}`);
  const required = readList(rule.require, `${key}.require`);
  if (!required) {
    throw new Error(
      `${key}.require is missing, it must name the annotations that the rule asks for`,
    );
  }
  return {
    match: {
      kind: list('kind'),
      type: list('type'),
      lifecycle: list('lifecycle'),
      tags: list('tags'),
      level: list('level'),
    },
    require: required.map(withPrefix),
    mode: readModes(rule.mode, `${key}.mode`),
  };
}

function readRuleList(value: unknown, key: string) {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!Array.isArray(value)) {
    throw new Error(`${key} is ${shown(value)}, it must be a list of rules`);
  }
  return value.map((rule, index) => readRule(rule, `${key}[${index}]`));
}

/**
 * The rules as they stand in the configuration under `fourKeys.catalog`, so
 * that every place that checks annotations reads them in the same way. What is
 * not there is as in {@link DEFAULT_ANNOTATION_RULES}.
 *
 * @param value - What stands there; undefined: nothing.
 * @param key - How messages name the place; default `fourKeys.catalog`.
 * @throws Error naming the key that is wrong, what it is and what it must be.
 * @public
 */
export function readAnnotationRules(
  value: unknown,
  key: string = 'fourKeys.catalog',
): AnnotationRules {
  const given = readFields(value, key);
  const at = (name: string) => [given[name], `${key}.${name}`] as const;
  const { docsUrl } = given;
  if (docsUrl !== undefined && typeof docsUrl !== 'string') {
    throw new Error(`${key}.docsUrl is ${shown(docsUrl)}, it must be a URL`);
  }
  const defaults = DEFAULT_ANNOTATION_RULES;
  const rules: AnnotationRules = {
    mode: readModes(...at('mode')),
    schemaVersion:
      given.schemaVersion === undefined
        ? undefined
        : readChoice(...at('schemaVersion'), ANNOTATION_SCHEMA_VERSIONS),
    runtimes: readList(...at('runtimes')) ?? defaults.runtimes,
    deployTypes: readValues(...at('deployTypes')) ?? defaults.deployTypes,
    complianceLevels:
      readValues(...at('complianceLevels')) ?? defaults.complianceLevels,
    rules: readRuleList(...at('rules')) ?? defaults.rules,
    docsUrl: docsUrl ?? defaults.docsUrl,
  };
  try {
    createAnnotationValidator(rules);
  } catch (error) {
    throw new Error(`${key}.rules cannot be used: ${(error as Error).message}`);
  }
  return rules;
}

import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  ANNOTATION_MODES,
  ANNOTATION_PREFIX,
  createAnnotationValidator,
  DEFAULT_ANNOTATION_RULES,
  type AnnotationMode,
  type AnnotationModes,
  type AnnotationRule,
  type AnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';

const withPrefix = (name: string) =>
  name.includes('/') ? name : ANNOTATION_PREFIX + name;

function readMode(value: unknown, key: string): AnnotationMode {
  const known = ANNOTATION_MODES.find(mode => mode === value);
  if (!known) {
    throw new InputError(
      `${key} is ${JSON.stringify(
        value,
      )}, it must be one of ${ANNOTATION_MODES.join(', ')}`,
    );
  }
  return known;
}

function readModes(
  config: Config | undefined,
  key: string,
): AnnotationModes | undefined {
  const value = config?.getOptional('mode');
  if (typeof value !== 'object' || value === null) {
    return value === undefined ? undefined : readMode(value, key);
  }
  return Object.fromEntries(
    Object.entries(value).map(([lifecycle, mode]) => [
      lifecycle,
      readMode(mode, `${key}.${lifecycle}`),
    ]),
  );
}

function readRule(config: Config, index: number): AnnotationRule {
  const list = (key: string) => config.getOptionalStringArray(`match.${key}`);
  return {
    match: {
      kind: list('kind'),
      type: list('type'),
      lifecycle: list('lifecycle'),
      tags: list('tags'),
      level: list('level'),
    },
    require: config.getStringArray('require').map(withPrefix),
    mode: readModes(config, `fourKeys.catalog.rules[${index}].mode`),
  };
}

/** Reads `fourKeys.catalog`; what is not configured is as the annotation schema has it. */
export function readAnnotationRules(root: Config): AnnotationRules {
  const config = root.getOptionalConfig('fourKeys.catalog');
  const lists = {
    runtimes: config?.getOptionalStringArray('runtimes'),
    deployTypes: config?.getOptionalStringArray('deployTypes'),
    complianceLevels: config?.getOptionalStringArray('complianceLevels'),
  };
  for (const key of ['deployTypes', 'complianceLevels'] as const) {
    if (lists[key]?.length === 0) {
      throw new InputError(
        `fourKeys.catalog.${key} is empty; remove it to have the default values`,
      );
    }
  }
  const rules: AnnotationRules = {
    mode: readModes(config, 'fourKeys.catalog.mode'),
    runtimes: lists.runtimes ?? DEFAULT_ANNOTATION_RULES.runtimes,
    deployTypes: lists.deployTypes ?? DEFAULT_ANNOTATION_RULES.deployTypes,
    complianceLevels:
      lists.complianceLevels ?? DEFAULT_ANNOTATION_RULES.complianceLevels,
    rules:
      config?.getOptionalConfigArray('rules')?.map(readRule) ??
      DEFAULT_ANNOTATION_RULES.rules,
    docsUrl:
      config?.getOptionalString('docsUrl') ?? DEFAULT_ANNOTATION_RULES.docsUrl,
  };
  try {
    createAnnotationValidator(rules);
  } catch (error) {
    throw new InputError('fourKeys.catalog.rules cannot be used', error);
  }
  return rules;
}

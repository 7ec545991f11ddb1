import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  ANNOTATION_PREFIX,
  createAnnotationValidator,
  DEFAULT_ANNOTATION_RULES,
  type AnnotationRule,
  type AnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';

const MODES = ['off', 'warn', 'enforce'] as const;

/** What to do with an entity that has violations. */
export type AnnotationMode = (typeof MODES)[number];

export interface AnnotationSettings {
  readonly mode: AnnotationMode;
  readonly rules: AnnotationRules;
}

const withPrefix = (name: string) =>
  name.includes('/') ? name : ANNOTATION_PREFIX + name;

function readRule(config: Config): AnnotationRule {
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
  };
}

function readMode(config: Config | undefined): AnnotationMode {
  const mode = config?.getOptionalString('mode') ?? 'warn';
  const known = MODES.find(one => one === mode);
  if (!known) {
    throw new InputError(
      `fourKeys.catalog.mode is "${mode}", it must be one of ${MODES.join(
        ', ',
      )}`,
    );
  }
  return known;
}

/** Reads `fourKeys.catalog`; what is not configured is as the annotation schema has it. */
export function readAnnotationSettings(root: Config): AnnotationSettings {
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
  return { mode: readMode(config), rules };
}

import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { ConfigProblem, readFourKeysConfig } from '../config';
import type { ChangedRules } from '../whatIf';
import { invalidParameter } from './problems';

const RULES = ['failureWindow', 'environments', 'excludedKinds'] as const;

/** Other rules are read exactly as the configuration reads its own. */
function readAsConfig({ failureWindow, environments }: JsonObject) {
  try {
    return readFourKeysConfig(
      new ConfigReader({
        fourKeys: { metrics: { failureWindow }, environments },
      }),
    );
  } catch (error) {
    if (error instanceof ConfigProblem) {
      throw invalidParameter(
        `rules.${error.key.replace(/^metrics\./, '')}`,
        error.problem,
      );
    }
    throw error;
  }
}

function readKinds(kinds: readonly string[]): string[] {
  return kinds.map((given, index) => {
    const kind = given.trim();
    if (kind === 'deploy') {
      throw invalidParameter(
        `rules.excludedKinds[${index}]`,
        'is deploy, which every deployment is that has no kind of its own; exclude other kinds',
      );
    }
    if (kind.includes('\0')) {
      throw invalidParameter(
        `rules.excludedKinds[${index}]`,
        'contains a NUL character; remove it',
      );
    }
    return kind;
  });
}

/**
 * The rules of a request, checked against the OpenAPI description.
 *
 * @throws Problem naming the rule.
 */
export function readRules(rules: JsonObject = {}): ChangedRules {
  for (const name of Object.keys(rules)) {
    if (!RULES.some(known => known === name)) {
      throw invalidParameter(
        `rules.${name}`,
        `is no rule; use ${RULES.join(', ')}`,
      );
    }
  }
  const { failureWindow, environments, excludedKinds } = rules;
  const read = readAsConfig(rules);
  return {
    ...(failureWindow !== undefined && {
      failureWindowMs: read.failureWindowMs,
    }),
    ...(environments !== undefined && { environments: read.environments }),
    ...(excludedKinds !== undefined && {
      excludedKinds: readKinds(excludedKinds as string[]),
    }),
  };
}

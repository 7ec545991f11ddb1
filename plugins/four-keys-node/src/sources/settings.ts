import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { matchesAnyGlob, matchesGlob } from './mapping/glob';

/**
 * One of a few words.
 *
 * @throws InputError that lists them.
 * @public
 */
export function readChoice<T extends string>(
  config: Config,
  key: string,
  values: readonly T[],
  otherwise: T,
): T {
  const value = config.getOptionalString(key);
  const known =
    value === undefined ? otherwise : values.find(one => one === value);
  if (known === undefined) {
    throw new InputError(
      `${key} is "${value}", it must be one of ${values.join(', ')}`,
    );
  }
  return known;
}

/** Whether one of the globs under a key matches. @public */
export function readGlobs(
  config: Config,
  key: string,
  otherwise: readonly string[],
): (name: string) => boolean {
  const globs = config.getOptionalStringArray(key) ?? otherwise;
  return name => matchesAnyGlob(globs, name);
}

/** `landingBranches`: the branches that are deployed; default `main` and `master`. @public */
export const readLandingBranches = (config: Config) =>
  readGlobs(config, 'landingBranches', ['main', 'master']);

/** `hotfixLabels`: which labels make a change a hotfix; default `hotfix`. @public */
export function readHotfixLabels(
  config: Config,
): (labels: readonly string[]) => boolean {
  const isHotfix = readGlobs(config, 'hotfixLabels', ['hotfix']);
  return labels => labels.some(isHotfix);
}

/**
 * A list of rules, of which the first that matches gives a value.
 *
 * @param match - the key of the glob
 * @param value - the key of what the rule gives
 * @public
 */
export function readMapping(
  config: Config,
  key: string,
  match: string,
  value: string,
  otherwise: ReadonlyArray<readonly [glob: string, value: string]> = [],
): (name: string) => string | undefined {
  const rules =
    config
      .getOptionalConfigArray(key)
      ?.map(rule => [rule.getString(match), rule.getString(value)] as const) ??
    otherwise;
  return name => rules.find(([glob]) => matchesGlob(glob, name))?.[1];
}

/** What is known about where something was deployed. @public */
export interface EnvironmentSubject {
  readonly container: string;
  /** As the vendor spells it. */
  readonly name?: string;
  /** A workflow, a pipeline, a job or a stage. */
  readonly job?: string;
  /** A tag or a branch. */
  readonly ref?: string;
}

const EXPLAINED_KEYS = ['name', 'job', 'ref'] as const;

/**
 * `environments`: rules that give an environment, by globs on the container,
 * `name`, `job` and `ref`. Without one that matches it is what the vendor
 * calls it, and undefined where it says nothing.
 *
 * @param containerKey - what the container is called in the rules
 * @public
 */
export function readEnvironments(
  config: Config,
  containerKey: string,
): (subject: EnvironmentSubject) => string | undefined {
  const rules = (config.getOptionalConfigArray('environments') ?? []).map(
    rule => ({
      container: rule.getOptionalString(containerKey),
      environment: rule.getString('environment'),
      globs: EXPLAINED_KEYS.map(
        key => [key, rule.getOptionalString(key)] as const,
      ),
    }),
  );
  const matches = (glob: string | undefined, text: string | undefined) =>
    glob === undefined || (text !== undefined && matchesGlob(glob, text));
  return subject =>
    rules.find(
      ({ container, globs }) =>
        matches(container, subject.container) &&
        globs.every(([key, glob]) => matches(glob, subject[key])),
    )?.environment ??
    (subject.name || undefined);
}

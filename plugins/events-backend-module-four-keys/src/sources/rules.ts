import type { Config } from '@backstage/config';
import { matchesGlob } from '@four-keys/backstage-plugin-four-keys-node/sources';

/** What a rule may look at, by the key of its glob. */
export type RuleSubject<K extends string> = {
  readonly [key in K]?: string;
};

/** A rule of the configuration: every glob that is given must match. */
export interface Rule<K extends string> {
  /** Whether the rule looks at this. */
  has(key: K): boolean;
  matches(subject: RuleSubject<K>): boolean;
  readonly value: string;
}

/**
 * Reads a list of rules.
 *
 * @param keys - what the globs of a rule are about
 * @param value - the key of what a rule gives
 */
export function readRules<K extends string>(
  config: Config,
  list: string,
  options: { readonly keys: readonly K[]; readonly value: string },
): ReadonlyArray<Rule<K>> {
  return (config.getOptionalConfigArray(list) ?? []).map(rule => {
    const globs = new Map(
      options.keys.flatMap(key => {
        const glob = rule.getOptionalString(key);
        return glob === undefined ? [] : [[key, glob] as const];
      }),
    );
    return {
      has: key => globs.has(key),
      matches: subject =>
        [...globs].every(([key, glob]) => {
          const text = subject[key];
          return text !== undefined && matchesGlob(glob, text);
        }),
      value: rule.getString(options.value),
    };
  });
}

/** What the first rule gives that matches. */
export const firstMatch = <K extends string>(
  rules: ReadonlyArray<Rule<K>>,
  subject: RuleSubject<K>,
): string | undefined => rules.find(rule => rule.matches(subject))?.value;

import type { ShippedPackage } from './shipped';

/** Two copies of these in one app do not know each other's contexts and types. */
const ONCE = /^(react|react-dom|react-router|react-router-dom|@backstage\/.+)$/;

/** Packages that must be there once, and are there in several versions. */
export function duplicateProblems(
  packages: readonly Pick<ShippedPackage, 'name' | 'version'>[],
): string[] {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of packages) {
    if (ONCE.test(name)) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  return [...versions]
    .filter(([, found]) => found.size > 1)
    .map(
      ([name, found]) =>
        `${name} is there ${found.size} times, as ${[...found]
          .sort()
          .join(' and ')}; bring the ranges of our packages together`,
    );
}

import satisfies from 'spdx-satisfies';
import type { ShippedPackage } from './shipped';

/** Licences that ask for no more than their text and names to be kept. */
export const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
  'Zlib',
];

/** What a package's own files say where its package.json does not, and what we accept knowingly. */
const KNOWN: Readonly<
  Record<string, { readonly license: string; readonly why: string }>
> = {
  pause: { license: 'MIT', why: 'the text at the end of its Readme.md' },
  'pause-stream': {
    license: 'MIT OR Apache-2.0',
    why: 'its LICENSE offers both',
  },
  'fast-shallow-equal': {
    license: 'Unlicense',
    why: 'the text of its LICENSE',
  },
  'react-universal-interface': {
    license: 'Unlicense',
    why: 'the text of its LICENSE',
  },
};

/**
 * Accepted though their licence is not: none of our code calls them, they are
 * not changed and not bundled, and every app that can run us has them already.
 */
const BROUGHT_BY_BACKSTAGE: Readonly<Record<string, string>> = {
  '@isomorphic-git/pgp-plugin': 'LGPL-3.0+',
};

/** What is wrong with the licences, one sentence each. */
export function licenseProblems(packages: readonly ShippedPackage[]): string[] {
  const problems = packages.flatMap(({ name, version, license }) => {
    const stated = KNOWN[name]?.license ?? license;
    if (stated === undefined) {
      return [
        `${name}@${version} states no licence; read its files and add what they say to KNOWN in supply/licenses.ts`,
      ];
    }
    if (BROUGHT_BY_BACKSTAGE[name] === stated || isAllowed(stated)) {
      return [];
    }
    return [
      `${name}@${version} is under "${stated}", which is not among ${ALLOWED.join(
        ', ',
      )}; take another package`,
    ];
  });
  const names = new Set(packages.map(({ name }) => name));
  const stale = [
    ...Object.keys(KNOWN),
    ...Object.keys(BROUGHT_BY_BACKSTAGE),
  ].filter(name => !names.has(name));
  return [
    ...problems,
    ...stale.map(
      name =>
        `${name} is not shipped any more; take it out of supply/licenses.ts`,
    ),
  ];
}

function isAllowed(expression: string): boolean {
  try {
    return satisfies(expression, [...ALLOWED]);
  } catch {
    return false;
  }
}

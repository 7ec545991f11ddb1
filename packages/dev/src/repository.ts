import path from 'node:path';

const ROOT = path.resolve(
  path.dirname(require.resolve('@four-keys/dev/package.json')),
  '../..',
);

/** The absolute path of something in this repository. */
export function inRepository(...parts: string[]): string {
  return path.join(ROOT, ...parts);
}

import { readFile, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import glob from 'fast-glob';
import { UserError, type Runtime } from '../runtime';
import type { SourceFile } from './check';

const DEFAULT_PATTERN = '**/catalog-info.{yaml,yml}';

const NEVER = ['**/node_modules/**', '**/.git/**'];

const cannotCheck = (message: string) =>
  new UserError(message, { exitCode: 2 });

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function find(pattern: string, cwd: string): Promise<string[]> {
  const path = resolve(cwd, pattern);
  if (await isFile(path)) {
    return [path];
  }
  const found = await glob(pattern, {
    cwd,
    ignore: NEVER,
    absolute: true,
    dot: true,
    followSymbolicLinks: false,
  });
  return found.map(one => resolve(one));
}

/**
 * The files that paths and globs name, each once, sorted by name. Without any:
 * every `catalog-info.yaml` below the working directory.
 *
 * @throws UserError when a path or glob names none
 */
export async function readFiles(
  patterns: readonly string[],
  runtime: Runtime,
): Promise<SourceFile[]> {
  const { cwd } = runtime;
  const paths = new Set<string>();
  for (const pattern of patterns.length > 0 ? patterns : [DEFAULT_PATTERN]) {
    const found = await find(pattern, cwd);
    if (found.length === 0) {
      throw cannotCheck(
        `${pattern} names no file below ${cwd}; name a catalog file, or a glob in quotes`,
      );
    }
    found.forEach(path => paths.add(path));
  }
  const files = await Promise.all(
    [...paths].map(async path => ({
      name: relative(cwd, path).split(sep).join('/'),
      text: await readFile(path, 'utf8').catch(error => {
        throw cannotCheck(
          `${path} cannot be read: ${(error as Error).message}`,
        );
      }),
    })),
  );
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

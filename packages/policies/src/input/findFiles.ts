import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** A file of a repository. @public */
export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly file: string;
  readonly isLink: boolean;
}

/** What git keeps for itself, and what others wrote. */
const SKIPPED = new Set(['.git', 'node_modules', 'vendor']);

/**
 * Every file below the folder in the order of their names, without following
 * links to folders.
 *
 * @public
 */
export async function findFiles(
  root: string,
  folder: string = '',
): Promise<FoundFile[]> {
  const entries = await readdir(path.join(root, folder), {
    withFileTypes: true,
  });
  const found: FoundFile[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) {
        found.push(...(await findFiles(root, file)));
      }
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      found.push({ file, isLink: entry.isSymbolicLink() });
    }
  }
  return found;
}

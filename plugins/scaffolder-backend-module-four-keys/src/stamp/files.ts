import { readdir } from 'fs/promises';
import { Minimatch } from 'minimatch';
import path from 'path';
import { FORMAT_NAMES, FORMATS, type FormatName } from './formats';

/** Globs by format, relative to the target; an empty list turns a format off. */
export type StampGlobs = { readonly [name in FormatName]?: readonly string[] };

/** A file that was found in the generated repository. */
export interface FoundFile {
  /** Relative to the target, with `/`. */
  readonly file: string;
  readonly isLink: boolean;
}

/** What is to be done with a file. */
export interface ChosenFile extends FoundFile {
  /** Undefined: a Helm template, of which we only say that it is left alone. */
  readonly format?: FormatName;
}

const SKIPPED = new Set(['.git', 'node_modules', 'vendor']);

/** Every file below the folder, without following links to folders. */
export async function findFiles(
  root: string,
  folder = '',
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

function chartsOf(files: readonly FoundFile[]): string[] {
  return files
    .filter(({ file }) => path.posix.basename(file) === 'Chart.yaml')
    .map(({ file }) => path.posix.dirname(file));
}

const inside = (folder: string, file: string) =>
  folder === '.' || file.startsWith(`${folder}/`);

const below = (chart: string, folder: string) => path.posix.join(chart, folder);

/**
 * Which of the files are stamped, and how. The values of a chart are stamped
 * where its Chart.yaml is; what is in its `charts` is somebody else's.
 */
export function chooseFiles(
  files: readonly FoundFile[],
  globs: StampGlobs = {},
): ChosenFile[] {
  const matchers = FORMAT_NAMES.map(name => ({
    name,
    patterns: (globs[name] ?? FORMATS[name].globs).map(
      glob => new Minimatch(glob, { dot: true }),
    ),
  }));
  const charts = chartsOf(files);
  return files.flatMap(found => {
    const { file } = found;
    if (charts.some(chart => inside(below(chart, 'charts'), file))) {
      return [];
    }
    if (charts.some(chart => inside(below(chart, 'templates'), file))) {
      return /\.(?:ya?ml|tpl)$/.test(file) ? [found] : [];
    }
    const format = matchers.find(
      ({ name, patterns }) =>
        patterns.some(pattern => pattern.match(file)) &&
        (name !== 'helm' || charts.includes(path.posix.dirname(file))),
    );
    return format ? [{ ...found, format: format.name }] : [];
  });
}

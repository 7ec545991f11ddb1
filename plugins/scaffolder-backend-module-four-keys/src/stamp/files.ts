import type { FoundFile } from '@four-keys/policies';
import { Minimatch } from 'minimatch';
import path from 'path';
import { FORMAT_NAMES, FORMATS, type FormatName } from './formats';

/** Globs by format, relative to the target; an empty list turns a format off. */
export type StampGlobs = { readonly [name in FormatName]?: readonly string[] };

/** What is to be done with a file. */
export interface ChosenFile extends FoundFile {
  /** Undefined: a Helm template, of which we only say that it is left alone. */
  readonly format?: FormatName;
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

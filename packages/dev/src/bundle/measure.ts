import { NotFoundError } from '@backstage/errors';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const gzipped = promisify(gzip);

/** What stays in a built file of the charts' library, and in one of our page. */
const CHARTS = 'recharts-wrapper';
const PAGE = 'Six metrics';

/** What a browser fetches of a built app; bytes after gzip. */
export interface Bundle {
  /** With its first page. */
  readonly atFirst: number;
  /** When somebody opens what needs it. */
  readonly later: number;
  /** Of the files that hold the library of the charts. */
  readonly charts: number;
  /** Whether those files come apart from the app and from our page. */
  readonly areChartsLazy: boolean;
}

interface BuiltFile {
  readonly isAtFirst: boolean;
  readonly bytes: number;
  readonly hasCharts: boolean;
  readonly hasPage: boolean;
}

const sum = (files: readonly BuiltFile[]) =>
  files.reduce((total, { bytes }) => total + bytes, 0);

async function readBuilt(dist: string): Promise<BuiltFile[]> {
  const html = await readFile(path.join(dist, 'index.html'), 'utf8');
  const folder = path.join(dist, 'static');
  const names = await readdir(folder);
  const scripts = names.filter(name => /\.(?:js|css)$/.test(name));
  const files: BuiltFile[] = [];
  for (const name of scripts) {
    const content = await readFile(path.join(folder, name));
    files.push({
      isAtFirst: html.includes(`/${name}"`),
      bytes: (await gzipped(content)).length,
      hasCharts: content.includes(CHARTS),
      hasPage: content.includes(PAGE),
    });
  }
  return files;
}

/**
 * Measures a built app.
 *
 * @param dist - the folder with its `index.html`
 * @throws NotFoundError where it holds nothing to measure
 */
export async function measureBundle(dist: string): Promise<Bundle> {
  const files = await readBuilt(dist);
  const atFirst = files.filter(({ isAtFirst }) => isAtFirst);
  if (atFirst.length === 0) {
    throw new NotFoundError(
      `No script that index.html names is in ${dist}/static; is this a built app?`,
    );
  }
  const charts = files.filter(({ hasCharts }) => hasCharts);
  return {
    atFirst: sum(atFirst),
    later: sum(files) - sum(atFirst),
    charts: sum(charts),
    areChartsLazy:
      charts.length > 0 &&
      files.some(({ hasPage }) => hasPage) &&
      charts.every(({ isAtFirst, hasPage }) => !isAtFirst && !hasPage),
  };
}

import { ServiceUnavailableError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startNode } from '../process/child';

const HASH_FILE = '.source-hash';

interface Workspace {
  readonly dir: string;
  readonly dependencies: readonly string[];
}

/**
 * A hash of everything that the built app depends on: the sources of the app's
 * package and of the workspace packages it uses, the lock file and the
 * configuration, which says what is built in.
 */
export async function sourceHash(root: string, app: string): Promise<string> {
  const workspaces = await readWorkspaces(root);
  const names = new Set([app]);
  for (const name of names) {
    workspaces
      .get(name)
      ?.dependencies.filter(dependency => workspaces.has(dependency))
      .forEach(dependency => names.add(dependency));
  }
  const files = ['package-lock.json', 'app-config.yaml'];
  for (const name of [...names].sort()) {
    const dir = workspaces.get(name)?.dir;
    if (dir) {
      files.push(path.join(dir, 'package.json'));
      files.push(...(await listFiles(root, path.join(dir, 'src'))));
      files.push(...(await listFiles(root, path.join(dir, 'public'))));
    }
  }
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(path.join(root, file)).catch(() => '');
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Tells whether the app was built from what lies there now. */
export async function isAppBuilt(root: string, app: string): Promise<boolean> {
  const stored = await readFile(hashFile(root, app), 'utf8').catch(() => '');
  return stored !== '' && stored === (await sourceHash(root, app));
}

/**
 * Builds the app.
 *
 * @throws ServiceUnavailableError with the end of the build's output.
 */
export async function buildApp(options: {
  readonly root: string;
  readonly app: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}): Promise<void> {
  const { root, app, signal, onLine } = options;
  await rm(hashFile(root, app), { force: true });
  const hash = await sourceHash(root, app);
  await buildFolder(path.join(root, 'packages', app), { signal, onLine });
  if (!signal.aborted) {
    await writeFile(hashFile(root, app), hash);
  }
}

/**
 * Builds the app of a folder, as `npm run build` there does.
 *
 * @throws ServiceUnavailableError with the end of the build's output.
 */
export async function buildFolder(
  folder: string,
  options: {
    readonly signal: AbortSignal;
    readonly onLine: (line: string) => void;
  },
): Promise<void> {
  const { signal, onLine } = options;
  const cli = path.join(
    path.dirname(require.resolve('@backstage/cli/package.json')),
    'bin',
    'backstage-cli',
  );
  const build = startNode([cli, 'package', 'build'], { cwd: folder, onLine });
  const stop = () => build.stop(2_000);
  signal.addEventListener('abort', stop);
  const code = await build.exited;
  signal.removeEventListener('abort', stop);
  if (code !== 0 && !signal.aborted) {
    throw new ServiceUnavailableError(
      `The app was not built:\n${build.tail()}`,
    );
  }
}

function hashFile(root: string, app: string): string {
  return path.join(root, 'packages', app, 'dist', HASH_FILE);
}

async function readWorkspaces(root: string): Promise<Map<string, Workspace>> {
  const found = new Map<string, Workspace>();
  for (const parent of ['packages', 'plugins']) {
    const folders = await readdir(path.join(root, parent)).catch(() => []);
    for (const folder of folders) {
      const dir = path.join(parent, folder);
      const text = await readFile(
        path.join(root, dir, 'package.json'),
        'utf8',
      ).catch(() => undefined);
      if (text) {
        const { name, dependencies = {} } = JSON.parse(text) as {
          name: string;
          dependencies?: Record<string, string>;
        };
        found.set(name, { dir, dependencies: Object.keys(dependencies) });
      }
    }
  }
  return found;
}

async function listFiles(root: string, dir: string): Promise<string[]> {
  const entries = await readdir(path.join(root, dir), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries
    .filter(entry => entry.isFile() && !/\.test\.\w+$/.test(entry.name))
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

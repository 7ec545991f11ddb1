import Handlebars from 'handlebars';
import { packageVersions } from '@backstage/create-app/dist/lib/versions.cjs.js';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inRepository } from '../repository';

const TEMPLATE = path.join(
  path.dirname(require.resolve('@backstage/create-app/package.json')),
  'templates',
  'default-app',
);

/**
 * What npm needs beside the release itself: two packages have newer versions
 * that it cannot install, and a few build tools have newer ones that lack the
 * binaries of some platforms.
 */
const OTHER_VERSIONS = {
  '@yarnpkg/core': '4.9.1',
  '@swc/core': '1.16.18',
  rollup: '4.67.4',
  'unrs-resolver': '1.12.2',
  react: '^18.3.1',
  'react-dom': '^18.3.1',
};

/**
 * The versions of the release. `create-app` brings a lock file of Yarn for that;
 * without one, npm would mix packages of this release with later ones, which do
 * not fit together.
 */
async function releaseVersions(): Promise<Record<string, string | undefined>> {
  const folder = inRepository('node_modules', '@backstage');
  const installed = await Promise.all(
    (
      await readdir(folder)
    ).map(async name => {
      const text = await readFile(
        path.join(folder, name, 'package.json'),
        'utf8',
      );
      const { version } = JSON.parse(text) as { version: string };
      return [`@backstage/${name}`, version] as const;
    }),
  );
  return { ...Object.fromEntries(installed), ...packageVersions };
}

const exact = (
  dependencies: Readonly<Record<string, string>> = {},
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(dependencies).map(([name, range]) => [
      name,
      name.startsWith('@backstage/') ? range.replace(/^\^/, '') : range,
    ]),
  );

const render = (template: string) =>
  Handlebars.compile(template)(
    { name: 'stranger', defaultBranch: 'main' },
    {
      helpers: {
        version(name: string) {
          const version = packageVersions[name];
          if (!version) {
            throw new Error(`create-app has no version of ${name}`);
          }
          return version;
        },
      },
    },
  );

/**
 * Writes the app that Backstage's own `create-app` makes, from its template and
 * with its versions. `create-app` itself insists on Yarn and a newer Node.js
 * than we support; npm wants three things otherwise, and they are all that
 * differs.
 */
export async function writeStockApp(
  folder: string,
  npmrc: readonly string[],
): Promise<void> {
  const entries = await readdir(TEMPLATE, {
    recursive: true,
    withFileTypes: true,
  });
  for (const entry of entries.filter(found => found.isFile())) {
    const source = path.join(entry.parentPath, entry.name);
    const target = path.join(
      folder,
      path.relative(TEMPLATE, source).replace(/\.hbs$/, ''),
    );
    await mkdir(path.dirname(target), { recursive: true });
    const content = await readFile(source);
    await writeFile(
      target,
      source.endsWith('.hbs') ? render(content.toString()) : content,
    );
  }
  await rm(path.join(folder, 'yarn.lock'), { force: true });
  const versions = { ...(await releaseVersions()), ...OTHER_VERSIONS };
  await editJson(path.join(folder, 'package.json'), manifest => {
    const { resolutions, packageManager, ...rest } = manifest;
    return {
      ...rest,
      devDependencies: exact(manifest.devDependencies),
      overrides: { ...versions, ...resolutions },
    };
  });
  await editJson(
    path.join(folder, 'packages', 'backend', 'package.json'),
    manifest => ({
      ...manifest,
      // In the place of Yarn's link to the folder, npm has the workspace itself.
      dependencies: { ...manifest.dependencies, app: '*' },
    }),
  );
  await writeFile(
    path.join(folder, '.npmrc'),
    ['legacy-peer-deps=true', 'audit=false', 'fund=false', ...npmrc, ''].join(
      '\n',
    ),
  );
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly resolutions?: Readonly<Record<string, string>>;
  readonly packageManager?: string;
}

async function editJson(
  file: string,
  edit: (manifest: Manifest) => object,
): Promise<void> {
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  await writeFile(file, `${JSON.stringify(edit(manifest), null, 2)}\n`);
}

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inRepository } from '../repository';
import { type Run, run } from './run';

/** A package of ours as npm would publish it. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  /** The package.json inside it. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly content: Buffer;
  /** As in a packument: `sha512-` and the digest in base64. */
  readonly integrity: string;
}

/** The folders of the packages that people install, private ones left out. */
export async function publicPackages(): Promise<string[]> {
  const folders: string[] = [];
  for (const parent of ['packages', 'plugins']) {
    for (const name of (await readdir(inRepository(parent))).sort()) {
      const folder = inRepository(parent, name);
      const text = await readFile(path.join(folder, 'package.json'), 'utf8');
      if (!(JSON.parse(text) as { private?: boolean }).private) {
        folders.push(folder);
      }
    }
  }
  return folders;
}

/** Builds every package and packs it, as a release does. */
export async function packAll(options: {
  readonly into: string;
  readonly detail: (text: string) => void;
  readonly signal: AbortSignal;
}): Promise<Tarball[]> {
  const { into, detail, signal } = options;
  const how = (cwd: string): Run => ({ cwd, signal, onLine: detail });
  await mkdir(into, { recursive: true });
  await run('npx', ['tsc'], how(inRepository()));
  const tarballs: Tarball[] = [];
  for (const folder of await publicPackages()) {
    await run('npm', ['run', 'build'], how(folder));
    const output = await run(
      'npm',
      ['pack', '--json', '--pack-destination', into],
      how(folder),
    );
    const [{ filename }] = JSON.parse(
      output.slice(output.indexOf('[\n')),
    ) as Array<{ filename: string }>;
    tarballs.push(await readTarball(path.join(into, filename), into, signal));
  }
  return tarballs;
}

async function readTarball(
  file: string,
  cwd: string,
  signal: AbortSignal,
): Promise<Tarball> {
  const content = await readFile(file);
  const text = await run('tar', ['xzOf', file, 'package/package.json'], {
    cwd,
    signal,
  });
  const manifest = JSON.parse(text) as { name: string; version: string };
  return {
    name: manifest.name,
    version: manifest.version,
    manifest,
    content,
    integrity: `sha512-${createHash('sha512')
      .update(content)
      .digest('base64')}`,
  };
}

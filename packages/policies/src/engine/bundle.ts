import { InputError } from '@backstage/errors';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The bundle that comes with this package, built from `examples/policies`. */
export const DEFAULT_BUNDLE = path.join(
  path.dirname(require.resolve('@four-keys/policies/package.json')),
  'bundle',
  'bundle.tar.gz',
);

const BLOCK = 512;

function text(header: Buffer, from: number, length: number): string {
  const end = header.indexOf(0, from);
  return header.toString('utf8', from, Math.min(end, from + length));
}

/**
 * The files of a tar archive. OPA writes plain ones: short names, no links, no
 * extensions.
 */
function untar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let at = 0;
  while (at + BLOCK <= archive.length && archive[at] !== 0) {
    const header = archive.subarray(at, at + BLOCK);
    const size = parseInt(text(header, 124, 12), 8);
    if (!(size >= 0)) {
      throw new Error('it is no tar archive');
    }
    const start = at + BLOCK;
    files.set(
      path.posix.join('/', text(header, 0, 100)),
      archive.subarray(start, start + size),
    );
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** The files of a bundle that `opa build` wrote, by their paths within it. */
export async function readBundle(file: string): Promise<Map<string, Buffer>> {
  try {
    return untar(gunzipSync(await readFile(file)));
  } catch (error) {
    throw new InputError(
      `The bundle ${file} cannot be read: ${
        (error as Error).message
      }; name a file that "opa build -t wasm -e four_keys/report" wrote`,
    );
  }
}

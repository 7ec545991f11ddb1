import { build, type Plugin } from 'esbuild';
import path from 'node:path';
import { inRepository } from '../repository';

const OURS = /^@four-keys\//;

/** Our packages go into the file, everybody else's are found where they are. */
const onlyOurs: Plugin = {
  name: 'only-ours',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
      kind === 'entry-point' || OURS.test(name)
        ? undefined
        : { path: name, external: true },
    );
  },
};

/**
 * Compiles a package of the example into one file, as its image has it: what
 * compiles sources as they are loaded takes more memory than what they do.
 *
 * @param folder - where the file is written
 * @returns its path.
 */
export async function compileCollector(folder: string): Promise<string> {
  const outfile = path.join(folder, 'collector.js');
  await build({
    entryPoints: [inRepository('packages', 'collector', 'src', 'index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    plugins: [onlyOurs],
    logLevel: 'error',
  });
  return outfile;
}

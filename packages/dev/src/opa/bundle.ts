import { InputError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../postgres/processes';
import { inRepository } from '../repository';
import { opaBinary } from './binary';

/** The folder of the policies that ship. */
export const POLICIES = inRepository('examples', 'policies');

/** Where their bundle lies, committed: a machine without Go has it too. */
export const POLICY_BUNDLE = inRepository(
  'packages',
  'policies',
  'bundle',
  'bundle.tar.gz',
);

export const POLICY_HASHES = path.join(
  path.dirname(POLICY_BUNDLE),
  'sources.json',
);

/**
 * The hash of every policy of a folder. Kept beside the bundle, it shows
 * without OPA that the bundle is of these very policies.
 */
export async function hashPolicies(
  folder: string,
): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true }))
    .filter(file => file.endsWith('.rego'))
    .sort();
  return Object.fromEntries(
    await Promise.all(
      files.map(async file => [
        file.split(path.sep).join('/'),
        createHash('sha256')
          .update(await readFile(path.join(folder, file)))
          .digest('hex'),
      ]),
    ),
  );
}

/**
 * Compiles a folder of policies to a bundle with a Wasm module.
 *
 * @throws InputError with what OPA says about the policies.
 */
export async function buildPolicyBundle(options: {
  folder: string;
  output: string;
  onNotice?: (message: string) => void;
}): Promise<void> {
  const opa = await opaBinary(options.onNotice);
  // Within the folder, so that no path of this machine gets into the bundle.
  const cwd = options.folder;
  const steps = [
    ['check', '--strict', '.'],
    [
      'build',
      '-t',
      'wasm',
      '-e',
      'four_keys/report',
      '-o',
      path.resolve(options.output),
      '.',
    ],
  ];
  for (const args of steps) {
    const { code, output } = await run(opa, args, { cwd });
    if (code !== 0) {
      throw new InputError(`opa ${args[0]} says:\n${output.trim()}`);
    }
  }
}

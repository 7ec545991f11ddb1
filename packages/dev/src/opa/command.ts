import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inRepository } from '../repository';
import {
  buildPolicyBundle,
  hashPolicies,
  POLICIES,
  POLICY_BUNDLE,
  POLICY_HASHES,
} from './bundle';

/** `npm run policies`: builds the bundle of the policies that ship. */
export async function main(): Promise<void> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    await buildPolicyBundle({
      folder: POLICIES,
      output: POLICY_BUNDLE,
      onNotice: say,
    });
    const hashes = await hashPolicies(POLICIES);
    await writeFile(POLICY_HASHES, `${JSON.stringify(hashes, null, 2)}\n`);
    say(`Wrote ${path.relative(inRepository(), POLICY_BUNDLE)}`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

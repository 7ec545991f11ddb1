import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { duplicateProblems } from './duplicates';
import { licenseProblems } from './licenses';
import { sbomOf } from './sbom';
import { shippedPackages } from './shipped';

const HELP = `Looks at everything that comes with our packages, by the lockfile: whether every
licence is allowed, and whether React and Backstage are there once.

Usage: npm run supply-chain [-- OPTIONS]

  --sbom FILE   also writes the bill of materials (CycloneDX 1.6, JSON)
  --help        this text
`;

/** `npm run supply-chain`: exits with 1 where something is wrong. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sbom: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    const packages = await shippedPackages();
    const ours = packages.filter(({ isOurs }) => isOurs);
    process.stdout.write(
      `${ours.length} packages of ours bring ${
        packages.length - ours.length
      } others\n`,
    );
    if (values.sbom) {
      const file = path.resolve(values.sbom);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${sbomOf(packages)}\n`);
      process.stdout.write(`The bill of materials is in ${values.sbom}\n`);
    }
    const problems = [
      ...licenseProblems(packages),
      ...duplicateProblems(packages),
    ];
    if (problems.length > 0) {
      throw new Error(problems.join('\n'));
    }
    process.stdout.write(
      'Every licence is allowed, and nothing is there twice\n',
    );
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

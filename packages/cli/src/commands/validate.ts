import { Command, Option } from 'commander';
import { load } from '../load';
import type { Runtime } from '../runtime';
import type { ValidateFlags } from '../validate/run';

const DETAILS = `
Examples:
  In a pull request: every catalog-info.yaml, by the rules of the portal:
    $ npx four-keys validate --config app-config.yaml

  Certain files, and globs in quotes so that the shell leaves them alone:
    $ npx four-keys validate catalog-info.yaml "services/*/catalog-info.yaml"

  For code scanning, whatever is found:
    $ npx four-keys validate --format sarif --output four-keys.sarif || true

A file may hold several entities; every problem is told with file, line and
column, what is expected and how to mend it. The check is the catalog's own.

The rules are those under fourKeys.catalog of an app-config, or a file with
nothing but rules (mode, rules, runtimes, deployTypes, complianceLevels,
schemaVersion, docsUrl). Without --config: app-config.yaml of the working
directory, else the default rules.

Exit codes: 0 nothing that keeps an entity out (with --strict: nothing at all),
1 something is to be mended, 2 the check could not be made.`;

const collect = (value: string, before: string[]) => [...before, value];

/** `four-keys validate` */
export function validateCommand(runtime: Runtime): Command {
  return new Command('validate')
    .description(
      'check the annotations of catalog files before they are merged',
    )
    .argument(
      '[files...]',
      'paths and globs (default: every catalog-info.yaml below)',
    )
    .option(
      '--config <file>',
      'app-config or file of rules; given again, later ones win',
      collect,
      [],
    )
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .option('--output <file>', 'where to report; - for stdout', '-')
    .option('--strict', 'exit with 1 for warnings, too')
    .addHelpText('after', DETAILS)
    .action(async (files: string[], flags: ValidateFlags) => {
      const { runValidate } = await load(import('../validate/run'));
      await runValidate(files, flags, runtime);
    });
}

import { Command, Option } from 'commander';
import { REPORT_FORMATS } from '../check/format';
import type { CheckFlags } from '../check/run';
import { load } from '../load';
import type { Runtime } from '../runtime';

const DETAILS = `
Examples:
    $ npx four-keys check
    $ npx four-keys check services/payments --environment staging
    $ npx four-keys check --format sarif --output policies.sarif

  With the rules of the portal, and with policies of one's own:
    $ npx four-keys check --config app-config.yaml
    $ npx four-keys check --bundle policies.tar.gz
    $ FOUR_KEYS_OPA_TOKEN=... npx four-keys check --opa-url https://opa.example.com

  And tell the portal what came of it, as policy.evaluated events:
    $ FOUR_KEYS_TOKEN=... npx four-keys check --emit --url https://backstage.example.com

The settings are those under fourKeys.policies and fourKeys.catalog of an
app-config. Without --config: app-config.yaml of the working directory, else
the defaults. What fails depends on the environment and on the compliance
level: nothing in dev and test, unless the settings say so.

With --emit the events wait while the collector is away, as those of "four-keys
emit" do; whether they arrive never decides about the exit code.

Exit codes: 0 no policy fails (a warning is no failure), 1 one does, 2 the check
could not be made.`;

const collect = (value: string, before: string[]) => [...before, value];

/** `four-keys check` */
export function checkCommand(runtime: Runtime): Command {
  return new Command('check')
    .description('check the policies of a repository, for a pull request')
    .argument('[folder]', 'the repository', '.')
    .option('--environment <name>', 'where it will run (default: production)')
    .option(
      '--level <level>',
      'compliance level (default: what catalog-info.yaml says)',
    )
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(REPORT_FORMATS)
        .default('text'),
    )
    .option('--output <file>', 'where to report; - for stdout', '-')
    .option(
      '--config <file>',
      'app-config; given again, later ones win',
      collect,
      [],
    )
    .option('--bundle <file>', 'a bundle that "opa build -t wasm" wrote')
    .option('--opa-url <url>', 'an OPA server to ask instead')
    .option('--catalog-file <file>', 'where it is not catalog-info.yaml')
    .option('--exclude <glob>', 'files to leave out, repeatable', collect, [])
    .option('--emit', 'report the outcomes as events')
    .option(
      '--url <url>',
      'with --emit, base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option(
      '--token <token>',
      'with --emit, token of a machine (better: FOUR_KEYS_TOKEN)',
    )
    .option(
      '--timeout <duration>',
      'with --emit, how long to try, all attempts together (default: 15s)',
    )
    .addHelpText('after', DETAILS)
    .action(async (folder: string, flags: CheckFlags) => {
      const { runCheck } = await load(import('../check/run'));
      await runCheck(folder, flags, runtime);
    });
}

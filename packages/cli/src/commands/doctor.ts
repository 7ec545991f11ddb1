import { Command } from 'commander';
import type { DoctorFlags } from '../doctor/run';
import { load } from '../load';
import type { Runtime } from '../runtime';

const DETAILS = `
Examples:
    $ npx four-keys doctor --url https://backstage.example.com
    $ npx four-keys doctor --json

It asks the portal, as a machine with the token does, and writes nothing there:
whether it is reached and has the plugin, whether the token is accepted and may
report, whether the transport takes events, whether the clocks agree, which
migrations the database lacks, how the pipeline is, and what is wrong with the
annotations of the catalog. Whatever is broken comes with what to do about it.

Exit codes: 0 all works, 1 something is broken.`;

/** `four-keys doctor` */
export function doctorCommand(runtime: Runtime): Command {
  return new Command('doctor')
    .description(
      'find out what is wrong with an installation, and how to mend it',
    )
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .option('--json', 'the findings as JSON, for programs')
    .addHelpText('after', DETAILS)
    .action(async (flags: DoctorFlags) => {
      const { runDoctor } = await load(import('../doctor/run'));
      await runDoctor(flags, runtime);
    });
}

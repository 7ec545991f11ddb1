import { Command } from 'commander';
import { load } from '../load';
import type { Runtime } from '../runtime';
import type { TraceFlags } from '../trace/run';

const DETAILS = `
Examples:
  What became of this repository, whose .four-keys.env a template stamped:
    $ npx four-keys trace

  From anywhere, for programs:
    $ npx four-keys trace 2W7Z1C8Q4V6K9R3T5XHJ0MYBND --json

It tells the run of the template, the policies, changes, builds, deployments and
incidents in order, and how each belongs to the story: it carries the id, or it
shares a commit, a run or a deployment with something that does. The token needs
the permission fourKeys.evidence.read.`;

/** `four-keys trace` */
export function traceCommand(runtime: Runtime): Command {
  return new Command('trace')
    .description(
      'tell the story of a correlation id, from template to incident',
    )
    .argument('[id]', 'default: FOUR_KEYS_CORRELATION_ID, .four-keys.env')
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .option('--json', 'as the API answers it, all pages together')
    .addHelpText('after', DETAILS)
    .action(async (id: string | undefined, flags: TraceFlags) => {
      const { runTrace } = await load(import('../trace/run'));
      await runTrace(id, flags, runtime);
    });
}

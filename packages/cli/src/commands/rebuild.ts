import { Command } from 'commander';
import { load } from '../load';
import type { RebuildFlags } from '../rebuild/run';
import type { Runtime } from '../runtime';

const DETAILS = `
Examples:
  Whether the stored numbers are what the events say, changing nothing:
    $ npx four-keys rebuild --verify

  Derive everything anew:
    $ npx four-keys rebuild

With --verify the exit code is 1 when a service drifted, and each is named with
the rows that are missing, too many or different. Numbers stay readable, and
events are taken meanwhile. The token needs the permission
fourKeys.pipeline.operate.`;

/** `four-keys rebuild` */
export function rebuildCommand(runtime: Runtime): Command {
  return new Command('rebuild')
    .description(
      'derive every number anew from the events, or check that it would change nothing',
    )
    .option('--verify', 'change nothing, tell what differs')
    .option('--json', 'as the API answers it, with examples')
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .addHelpText('after', DETAILS)
    .action(async (flags: RebuildFlags) => {
      const { runRebuild } = await load(import('../rebuild/run'));
      await runRebuild(flags, runtime);
    });
}

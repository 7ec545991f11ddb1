import { Command } from 'commander';
import { load } from '../load';
import type { ReplayFlags } from '../replay/run';
import type { Runtime } from '../runtime';

const DETAILS = `
Examples:
  What could not be stored since a deployment that has been mended:
    $ npx four-keys replay --since 2026-06-10T12:00:00Z

  Everything that was rejected for one reason, or from one source:
    $ npx four-keys replay --code unknown_version
    $ npx four-keys replay --source ci.pipeline --since 2026-06-01T00:00:00Z

  Some, by their ids:
    $ npx four-keys replay --id 17 18

All conditions that are given must hold. The bytes are sent as they were read,
oldest first. What was sent again before is left alone, so the same command may
be run again; what is rejected again becomes a new dead letter, which this run
leaves alone too. The token needs the permission fourKeys.deadLetters.replay.`;

/** `four-keys replay` */
export function replayCommand(runtime: Runtime): Command {
  return new Command('replay')
    .description(
      'send records that could not be stored through the pipeline again',
    )
    .option('--id <ids...>', 'dead letters, by id')
    .option(
      '--since <time>',
      'received at this time or later, RFC 3339 with zone',
    )
    .option('--code <code>', 'rejected for this reason')
    .option('--source <source>', 'from this source')
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .addHelpText('after', DETAILS)
    .action(async (flags: ReplayFlags) => {
      const { runReplay } = await load(import('../replay/run'));
      await runReplay(flags, runtime);
    });
}

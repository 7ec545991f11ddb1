import { Command } from 'commander';
import { load } from '../load';
import type { Runtime } from '../runtime';
import type { SimulateFlags } from '../simulate/run';

const EXAMPLES = `
Examples:
  Half a year that ends now, into a file or straight to the collector:
    $ npx four-keys simulate --output events.ndjson
    $ npx four-keys simulate --send

  The entities of the organisation, for the catalog:
    $ npx four-keys simulate --catalog organisation.yaml

  Another organisation's luck, up to a certain day:
    $ npx four-keys simulate --seed 7 --days 90 --until 2026-06-30 --output -

The organisation has four teams, three systems and two domains. Its services
deploy with every merge, daily, to two regions, on a weekly train or every other
Thursday evening; two share a repository. One fell silent weeks ago, one is not
in the catalog, one does not say what it deploys. The same seed tells the same
story; run again tomorrow, it adds a day and changes nothing.`;

/** `four-keys simulate` */
export function simulateCommand(runtime: Runtime): Command {
  return new Command('simulate')
    .description('tell the history of a realistic organisation')
    .option('--days <number>', 'how many calendar days', '180')
    .option(
      '--until <time>',
      'the end: today, a date or a time with zone; never later than now',
      'today',
    )
    .option('--seed <number>', 'chooses the chances', '1')
    .option('--output <file>', 'write the events, one a line; - for stdout')
    .option('--send', 'send the events to the collector')
    .option('--catalog <file>', 'write the catalog entities as YAML')
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .option('--timeout <duration>', 'how long to try each batch (default: 1m)')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: SimulateFlags) => {
      const { runSimulate } = await load(import('../simulate/run'));
      await runSimulate(flags, runtime);
    });
}

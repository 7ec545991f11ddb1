import { Command } from 'commander';
import { load } from '../load';
import type { MapFlags } from '../map/run';
import type { Runtime } from '../runtime';

const HELP = `
Examples:
  What the generic source acme-deploys of a Backstage app makes of a body:
    $ npx four-keys map --test body.json --config app-config.yaml --instance acme-deploys

  What a preset makes of it:
    $ npx four-keys map --test body.json --preset grafana

  What rules of a file of their own make of it, a list as under map:
    $ npx four-keys map --test body.json --rules rules.yaml

Prints the events as JSON, one a line, and on standard error why a rule gave
none. Exits with 1 when no event came out.`;

/** `four-keys map` */
export function mapCommand(runtime: Runtime): Command {
  return new Command('map')
    .description(
      'show which events the rules of a generic source make of a body',
    )
    .requiredOption('--test <file>', 'the body, a file of JSON; - for stdin')
    .option(
      '--config <file>',
      'the configuration of Backstage',
      'app-config.yaml',
    )
    .option('--instance <name>', 'which generic source of the configuration')
    .option('--preset <name>', 'the rules of a preset instead')
    .option('--rules <file>', 'rules in a file of YAML or JSON instead')
    .addHelpText('after', HELP)
    .action(async (flags: MapFlags) => {
      const { runMap } = await load(import('../map/run'));
      await runMap(flags, runtime);
    });
}

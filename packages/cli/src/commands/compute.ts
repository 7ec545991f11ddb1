import { Command } from 'commander';
import type { ComputeFlags } from '../compute/run';
import { load } from '../load';
import type { Runtime } from '../runtime';

const DETAILS = `
Examples:
    $ npx four-keys compute --input history.json
    $ other-tool | npx four-keys compute --input -

  What if only what breaks within four hours were a failed deployment?
    $ npx four-keys compute --input history.json --failure-window 4h

  By the bands of an older report, as of another day:
    $ npx four-keys compute --input history.json --band-year 2021 --now 2026-06-30T00:00:00Z

The input is one JSON object, or one a line; then there is one line of answers
for each. The smallest one:

  {
    "now": "2026-11-20T00:00:00Z",
    "events": [ ...CloudEvents of the contract... ],
    "queries": [ { "service": "checkout-api",
                   "from": "2026-10-01T00:00:00Z", "to": "2026-11-01T00:00:00Z" } ]
  }

  now       the moment of the question
  config    environments ([[glob, tier], ...]), failureWindowSeconds,
            incidentSource (null or "all"), bandYear; defaults where left out
  catalog   per service: incidentSource, owners, systems, domains with "from"
  events    in any order; exact duplicates change nothing
  queries   service, team, system, domain or template (with templateVersion),
            or none of them for everything; environment (default production),
            from, to, timezone (UTC), bucket (day, week or month)

The answer is a list with window, metrics, series, deployments and incidents of
each query. Durations are seconds, times UTC, and null means that there is none.`;

/** `four-keys compute` */
export function computeCommand(runtime: Runtime): Command {
  return new Command('compute')
    .description('compute every metric of an exported history, offline')
    .requiredOption('--input <file>', 'history and questions; - for stdin')
    .option(
      '--failure-window <duration>',
      'what if: how long after a deployment an incident is blamed on it, such as 4h',
    )
    .option('--band-year <year>', 'what if: the report whose bands are shown')
    .option(
      '--incident-source <which>',
      'what if: "all" takes the incident source of every service as known',
    )
    .option('--now <time>', 'what if: the moment of the question')
    .addHelpText('after', DETAILS)
    .action(async (flags: ComputeFlags) => {
      const { runCompute } = await load(import('../compute/run'));
      await runCompute(flags, runtime);
    });
}

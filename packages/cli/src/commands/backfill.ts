import { Command } from 'commander';
import type { BackfillFlags } from '../git/backfill';
import { load } from '../load';
import type { Runtime } from '../runtime';

const GIT_HELP = `
Examples:
  See what a repository would give, tags such as v1.2.0 being its deployments:
    $ npx four-keys backfill git --tags "v*" --dry-run

  Send it; run it again whenever you like, the same events have the same ids:
    $ npx four-keys backfill git --service checkout-api --tags "v*"

  A service that deploys whatever lands, or one whose deployments are in a list:
    $ npx four-keys backfill git --every-landing
    $ npx four-keys backfill git --deployments deployments.csv

  Before the webhooks of GitHub took over, and as they would have told it:
    $ npx four-keys backfill git --as github:github.com --every-landing --until 2026-06-30

What it reads: each step of the landing branch is a landing with the commits that
came with it; a pull request is recognised by its number in the message. Each
deployment lists the commits that no earlier one had; the first one lists none,
so years of history are no lead time of it.

The list of --deployments has a line of time,sha,environment each, with or
without a heading; status, version, deployment_id and kind may follow. Lines of
JSON with these names will do as well.

Do not import deployments that also arrive live: they would count twice. --until
ends the import where live reports begin. An import that was interrupted goes on
where it stopped.`;

function gitCommand(runtime: Runtime): Command {
  return new Command('git')
    .description('fill a service from the history of a local git repository')
    .option('--repository <folder>', 'the repository', '.')
    .option(
      '--service <id>',
      'the service (default: FOUR_KEYS_SERVICE_ID, .four-keys.env, the name of the repository)',
    )
    .option(
      '--branch <name>',
      'where changes land (default: the default branch of the remote, main or master)',
    )
    .option('--tags <glob>', 'tags that are deployments, such as "v*"')
    .option('--deployments <file>', 'a list of deployments')
    .option('--every-landing', 'every landing is a deployment')
    .option(
      '--environment <name>',
      'where the deployments went to, unless the list says it',
      'production',
    )
    .option(
      '--as <type:instance>',
      'tell it as the webhooks of that source would, such as github:github.com',
    )
    .option(
      '--name <path>',
      'path of the repository at its host, such as acme/checkout-api (default: from the remote)',
    )
    .option('--since <time>', 'leave out what is older: a date, or a time')
    .option('--until <time>', 'leave out what is newer: a date, or a time')
    .option('--output <file>', 'write the events instead; - for stdout')
    .option('--dry-run', 'only count')
    .option('--restart', 'send everything, whatever was sent before')
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .option('--timeout <duration>', 'how long to try each batch (default: 1m)')
    .addHelpText('after', GIT_HELP)
    .action(async (flags: BackfillFlags) => {
      const { backfillGit } = await load(import('../git/backfill'));
      await backfillGit(flags, runtime);
    });
}

/** `four-keys backfill` */
export function backfillCommand(runtime: Runtime): Command {
  const command = new Command('backfill').description(
    'fill a service from what happened before it reported anything',
  );
  command.addCommand(gitCommand(runtime));
  return command;
}

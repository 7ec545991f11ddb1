import { Command } from 'commander';
import type { BackfillFlags } from '../git/backfill';
import { load } from '../load';
import type { Runtime } from '../runtime';
import type { VendorBackfillFlags } from '../vendors/backfill';

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

const VENDOR_HELP = `
Examples:
  See what it would give:
    $ npx four-keys backfill NAME --repository PATH --since 2026-01-01 --dry-run

  Send it, up to the day from which the webhooks told it:
    $ npx four-keys backfill NAME --repository PATH --since 2026-01-01 --until 2026-06-30

  With the rules that the webhooks are read by, a file with what stands in the
  entry of fourKeys.sources (services, environments, deployments, ...):
    $ npx four-keys backfill NAME --repository PATH --since 2026-01-01 --settings NAME.yaml

The events have the ids of the webhooks, so what was told live counts once.
Deployments that something else reports, such as "four-keys emit", would count
twice: end with --until where that begins, or give "deployments: none" in the
settings. The first deployment of a service is where its lead times begin, so
import all of a history before a part of it.

An import that was interrupted goes on where it stopped. It waits as long as the
vendor wants, and leaves half of its limit to others.`;

function vendorCommand(
  name: 'github' | 'gitlab',
  vendor: { title: string; path: string; instance: string; apiUrl: string },
  runtime: Runtime,
): Command {
  return new Command(name)
    .description(`fill services from what ${vendor.title} remembers`)
    .requiredOption(
      '--repository <path...>',
      `one or more of them, such as ${vendor.path}`,
    )
    .requiredOption('--since <time>', 'where to begin: a date, or a time')
    .option('--until <time>', 'where to end: a date, or a time (default: now)')
    .option(
      '--instance <name>',
      'the instance of the source of the webhooks',
      vendor.instance,
    )
    .option('--api-url <url>', `the API of ${vendor.title}`, vendor.apiUrl)
    .option(
      '--api-token <token>',
      `who asks (better: ${name.toUpperCase()}_TOKEN)`,
    )
    .option('--settings <file>', 'the settings of the source, as YAML or JSON')
    .option('--service <id>', 'everything is of this service')
    .option('--dry-run', 'only count')
    .option('--restart', 'begin anew, whatever was sent before')
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .option('--timeout <duration>', 'how long to try each batch (default: 1m)')
    .addHelpText(
      'after',
      VENDOR_HELP.replaceAll('NAME', name).replaceAll('PATH', vendor.path),
    )
    .action(async (flags: VendorBackfillFlags) => {
      const { backfillVendor } = await load(import('../vendors/backfill'));
      await backfillVendor(name, flags, runtime);
    });
}

/** `four-keys backfill` */
export function backfillCommand(runtime: Runtime): Command {
  const command = new Command('backfill').description(
    'fill a service from what happened before it reported anything',
  );
  command.addCommand(gitCommand(runtime));
  command.addCommand(
    vendorCommand(
      'github',
      {
        title: 'GitHub',
        path: 'acme/checkout-api',
        instance: 'github.com',
        apiUrl: 'https://api.github.com',
      },
      runtime,
    ),
  );
  command.addCommand(
    vendorCommand(
      'gitlab',
      {
        title: 'GitLab',
        path: 'acme/backend/checkout-api',
        instance: 'gitlab.com',
        apiUrl: 'https://gitlab.com/api/v4',
      },
      runtime,
    ),
  );
  return command;
}

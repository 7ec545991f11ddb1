import { Command, Option } from 'commander';
import {
  FAMILIES,
  FIELD_FLAGS,
  longFlagOf,
  type Family,
  type FieldFlag,
} from '../emit/fields';
import type { EmitFlags } from '../emit/run';
import { statusesOf } from '../emit/status';
import { fieldValue } from '../emit/values';
import { load } from '../load';
import type { Runtime } from '../runtime';

const DESCRIPTIONS: Readonly<Record<Family, string>> = {
  deploy: 'report that a deployment started, or how it ended',
  change: 'report a commit that is on its way or has landed',
  build: 'report that a pipeline run started, or how it ended',
  incident: 'report that an incident was opened, reopened or resolved',
};

const EXAMPLES: Readonly<Record<Family, string>> = {
  deploy: `
Examples:
  In a pipeline: the service, commit, branch and run are detected.
    $ npx four-keys emit deploy --environment production --status success

  Whatever the outcome, on GitHub Actions in a step with "if: always()":
    $ npx four-keys emit deploy --environment production --status "\${{ job.status }}"

  From anywhere:
    $ npx four-keys emit deploy --service checkout-api --environment production \\
        --status success --sha 3f2a9c1d --deployment-id 2026-11-20.3

  A rollback, and a hotfix that mends an incident:
    $ npx four-keys emit deploy --env production --status success --kind rollback
    $ npx four-keys emit deploy --env production --status success --kind hotfix --remediates INC-7

  Look before you send:
    $ npx four-keys emit deploy --environment production --status success --dry-run`,
  change: `
Examples:
  On the main branch, after a merge:
    $ npx four-keys emit change --pr 42

  With its commits:
    $ npx four-keys emit change --service checkout-api --sha 3f2a9c1d --branch main \\
        --commits 3f2a9c1d@2026-11-20T09:30:00Z,77aa01bc`,
  build: `
Examples:
    $ npx four-keys emit build --status started
    $ npx four-keys emit build --status success --artifact sha256:9f86d081`,
  incident: `
Examples:
    $ npx four-keys emit incident --service checkout-api --incident-id INC-7 --status opened \\
        --severity critical --cause-deployment-id 2026-11-20.3
    $ npx four-keys emit incident --service checkout-api --incident-id INC-7 --status resolved`,
};

const AFTER = `
Examples:
    $ npx four-keys emit deploy --environment production --status success
    $ npx four-keys emit incident --service checkout-api --incident-id INC-7 --status opened
    $ npx four-keys emit --file events.ndjson
    $ other-tool | npx four-keys emit --file -

Each of deploy, change, build and incident has help of its own.

What the flags leave out is taken from the environment, the file .four-keys.env
in the working directory, and the CI system: GitHub Actions, GitLab CI, Jenkins,
CircleCI, Azure Pipelines, Bitbucket Pipelines, and Tekton where the pipeline
passes TEKTON_PIPELINE_RUN, TEKTON_COMMIT_SHA, TEKTON_BRANCH, TEKTON_REPO_URL.

  FOUR_KEYS_URL             base URL of the Backstage backend
  FOUR_KEYS_TOKEN           token of a machine (never read from .four-keys.env)
  FOUR_KEYS_SERVICE_ID      the service
  FOUR_KEYS_CORRELATION_ID  what a template stamped
  FOUR_KEYS_TEMPLATE        likewise, id@version
  FOUR_KEYS_TELEMETRY_KEY   likewise, the partition key
  FOUR_KEYS_SPOOL           where events wait while the collector is away

Telemetry never breaks a pipeline: when the collector is away the event is kept,
a warning is printed, and the exit code is 0. With --strict it is 1. A command
that is wrong in itself always ends with 1.`;

function connectionOptions(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'base URL of the Backstage backend (FOUR_KEYS_URL, or http://localhost:7007)',
    )
    .option('--token <token>', 'token of a machine (better: FOUR_KEYS_TOKEN)')
    .option(
      '--timeout <duration>',
      'how long to try, all attempts together (default: 15s)',
    )
    .option(
      '--spool <folder>',
      'where events wait (default: ~/.four-keys/spool)',
    )
    .option('--no-spool', 'keep nothing when the collector is away')
    .option('--strict', 'exit with 1 when not everything was accepted')
    .option('--dry-run', 'print the event or check the file, and send nothing');
}

function optionOf(field: FieldFlag): Option {
  const option = new Option(field.flags, field.description);
  return field.type === 'list' || field.type === 'commits'
    ? option.argParser((value: string, before: string[] | undefined) => [
        ...(before ?? []),
        value,
      ])
    : option;
}

function fieldsOf(family: Family, options: Record<string, unknown>) {
  return Object.fromEntries(
    FIELD_FLAGS[family].flatMap(field => {
      const name = new Option(longFlagOf(field)).attributeName();
      const value = options[name];
      return value === undefined
        ? []
        : [[field.field, fieldValue(field.type, value)]];
    }),
  );
}

function familyCommand(family: Family, runtime: Runtime): Command {
  const statuses = statusesOf(family).join(', ');
  const command = new Command(family)
    .description(DESCRIPTIONS[family])
    .option(
      '--status <status>',
      family === 'change'
        ? `${statuses} (default: merged)`
        : `${statuses}; the words of CI systems are understood`,
    );
  for (const field of FIELD_FLAGS[family]) {
    command.addOption(optionOf(field));
  }
  command
    .option(
      '--time <time>',
      'when it happened, RFC 3339 with zone (default: now)',
    )
    .option('--id <id>', 'id of the event (default: derived from its content)')
    .option('--source <uri>', 'who says so (default: /cli/ and the CI system)')
    .option(
      '--type-prefix <prefix>',
      'of the event type (default: dev.fourkeys)',
    )
    .option('--partition-key <key>', 'events with one key are read in order');
  return connectionOptions(command)
    .addHelpText('after', EXAMPLES[family])
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals();
      const { emitOne } = await load(import('../emit/run'));
      await emitOne(
        family,
        fieldsOf(family, options),
        options as EmitFlags,
        runtime,
      );
    });
}

/** `four-keys emit` */
export function emitCommand(runtime: Runtime): Command {
  const command = connectionOptions(
    new Command('emit')
      .description('report a deployment, change, build or incident')
      .usage('[options] <deploy|change|build|incident>')
      .option('--file <file>', 'a file of one JSON event a line, - for stdin'),
  )
    .addHelpText('after', AFTER)
    .action(async (options: EmitFlags & { file?: string }, self: Command) => {
      if (!options.file) {
        self.error(
          `error: say what to report: ${FAMILIES.join(
            ', ',
          )}, or give --file; for example: four-keys emit deploy --environment production --status success`,
        );
      }
      const { emitFile } = await load(import('../emit/run'));
      await emitFile(options.file, options, runtime);
    });
  for (const family of FAMILIES) {
    command.addCommand(familyCommand(family, runtime));
  }
  return command;
}

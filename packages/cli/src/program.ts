import { Command } from 'commander';
import { version } from '../package.json';
import { backfillCommand } from './commands/backfill';
import { checkCommand } from './commands/check';
import { computeCommand } from './commands/compute';
import { doctorCommand } from './commands/doctor';
import { emitCommand } from './commands/emit';
import { mapCommand } from './commands/map';
import { rebuildCommand } from './commands/rebuild';
import { replayCommand } from './commands/replay';
import { simulateCommand } from './commands/simulate';
import { traceCommand } from './commands/trace';
import { validateCommand } from './commands/validate';
import type { Runtime } from './runtime';

/**
 * The whole command line. Commands are described here and loaded when they
 * run, so that a pipeline does not wait for what it does not use.
 */
export function createProgram(runtime: Runtime): Command {
  const program = new Command('four-keys')
    .description(
      'Reports deployments, changes, builds and incidents to Four Keys for Backstage, computes what they mean, and checks policies.',
    )
    .version(version)
    // Otherwise --version behind a subcommand would not reach that subcommand.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('Add --help for every option and examples.')
    .configureOutput({
      writeOut: text => {
        void runtime.out(text);
      },
      writeErr: text => runtime.err(text),
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'four-keys: ')),
    });
  const commands = [
    emitCommand(runtime),
    validateCommand(runtime),
    checkCommand(runtime),
    computeCommand(runtime),
    backfillCommand(runtime),
    mapCommand(runtime),
    rebuildCommand(runtime),
    replayCommand(runtime),
    simulateCommand(runtime),
    traceCommand(runtime),
    doctorCommand(runtime),
  ];
  for (const command of commands) {
    inherit(command, program);
    program.addCommand(command);
  }
  return program;
}

/** addCommand, unlike command(), hands down no settings. */
function inherit(command: Command, parent: Command) {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) {
    inherit(child, command);
  }
}

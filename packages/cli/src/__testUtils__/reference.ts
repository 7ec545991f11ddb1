import type { Command } from 'commander';
import { createProgram } from '../program';
import { testRuntime } from './runtime';

const WIDTH = 80;

/** A command and all that are below it, each with its full name. */
function listCommands(
  command: Command,
  name: string,
): Array<{ name: string; command: Command }> {
  return [
    { name, command },
    ...command.commands.flatMap(child =>
      listCommands(child, `${name} ${child.name()}`),
    ),
  ];
}

function helpOf(command: Command): string {
  let text = '';
  command
    .configureOutput({
      getOutHelpWidth: () => WIDTH,
      getOutHasColors: () => false,
      writeOut: part => {
        text += part;
      },
    })
    .outputHelp();
  return text.trim();
}

/** The reference of the command line as Markdown, from the commands themselves. */
export function describeCommandLine(): string {
  const program = createProgram(testRuntime());
  const sections = listCommands(program, 'four-keys').map(
    ({ name, command }) =>
      `## ${name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  );
  return [
    '# The command line\n',
    'What `npx four-keys <command> --help` says, for every command. How they are used in a pipeline stands in the [README of the command line](../packages/cli/README.md).\n',
    ...sections,
  ].join('\n');
}

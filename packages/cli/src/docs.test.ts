import type { Command } from 'commander';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { testRuntime } from './__testUtils__/runtime';
import { createProgram } from './program';

const ROOT = resolve(__dirname, '../../..');

/** Every call of the command line in the code blocks of a page, as words. */
function callsIn(page: string): string[][] {
  const text = readFileSync(resolve(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(?:sh|yaml|groovy)\b[^\n]*\n([\s\S]*?)^```$/gm)]
    .flatMap(([, code]) => code.replace(/\\\n/g, ' ').split('\n'))
    .flatMap(line => {
      const [, call] =
        /npx (?:--yes )?(?:@four-keys\/cli|four-keys) (.+)/.exec(line) ?? [];
      return call ? [call.split(/\s+/)] : [];
    });
}

/** What the command line does not know of a call. */
function unknownIn(words: readonly string[], program: Command): string[] {
  let command = program;
  const unknown: string[] = [];
  for (const word of words) {
    const [, flag] = /^(--[a-z][a-z-]*)/.exec(word) ?? [];
    const child = command.commands.find(one => one.name() === word);
    if (child) {
      command = child;
    } else if (command.commands.length > 0 && command === program) {
      unknown.push(word);
      break;
    } else if (flag) {
      const known = [command, command.parent].some(one =>
        one?.options.some(({ long, short }) => [long, short].includes(flag)),
      );
      unknown.push(...(known || flag === '--help' ? [] : [flag]));
    } else if (/^[|;&]/.test(word)) {
      break;
    }
  }
  return unknown;
}

it('knows every command and flag that the documentation uses', () => {
  const program = createProgram(testRuntime());
  const pages = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '--', '*.md'],
    { cwd: ROOT, encoding: 'utf8' },
  )
    .trim()
    .split('\n')
    .filter(page => !/(^\.changeset|CHANGELOG|docs\/cli\.md$)/.test(page));
  const calls = pages.flatMap(page =>
    callsIn(page).map(words => ({ page, words })),
  );
  expect(calls.length).toBeGreaterThan(20);
  expect(
    calls.flatMap(({ page, words }) =>
      unknownIn(words, program).map(
        word => `${page}: ${word} in ${words.join(' ')}`,
      ),
    ),
  ).toEqual([]);
  expect(unknownIn(['emit', 'deploy', '--enviroment', 'a'], program)).toEqual([
    '--enviroment',
  ]);
  expect(unknownIn(['emitt'], program)).toEqual(['emitt']);
});

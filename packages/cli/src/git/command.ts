import { execFile } from 'node:child_process';

/** Settings of the user must not change what git prints. */
const STABLE = [
  '-c',
  'core.quotePath=false',
  '-c',
  'log.showSignature=false',
  '-c',
  'color.ui=false',
];

export const gitArguments = (folder: string, args: readonly string[]) => [
  '--no-pager',
  '--no-replace-objects',
  '-C',
  folder,
  ...STABLE,
  ...args,
];

export const gitEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
});

/** What git prints for a short question; undefined when it has no answer. */
export function readGit(
  folder: string,
  args: readonly string[],
): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(
      'git',
      gitArguments(folder, args),
      { env: gitEnvironment(), maxBuffer: 64 * 1024 * 1024, timeout: 10_000 },
      (error, stdout) =>
        resolve(error ? undefined : stdout.trim() || undefined),
    );
  });
}

import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { repositoryPath } from '../ci';
import { UserError } from '../runtime';
import { gitArguments, gitEnvironment, readGit } from './command';

/** The branch that changes land on. */
export interface LandingBranch {
  /** What git is asked for. */
  readonly ref: string;
  /** What events call it. */
  readonly name: string;
}

/** Git's answer, or its own words about what is wrong. */
function ask(
  folder: string,
  args: readonly string[],
): Promise<{ answer?: string; problem?: string }> {
  return new Promise(resolve => {
    execFile(
      'git',
      gitArguments(folder, args),
      { env: gitEnvironment() },
      (error, stdout, stderr) => {
        if (!error) {
          resolve({ answer: stdout.trim() });
        } else if (error.code === 'ENOENT') {
          resolve({ problem: 'git is not installed; install it first' });
        } else {
          resolve({ problem: stderr.trim() || error.message });
        }
      },
    );
  });
}

/**
 * Makes sure that the whole history is there.
 *
 * @throws UserError with the remedy, when it is not
 */
export async function checkRepository(folder: string): Promise<void> {
  const { answer: shallow, problem } = await ask(folder, [
    'rev-parse',
    '--is-shallow-repository',
  ]);
  if (problem !== undefined) {
    throw new UserError(
      `--repository ${folder} cannot be read as a git repository: ${problem}`,
    );
  }
  if (shallow === 'true') {
    throw new UserError(
      `--repository ${folder} is a shallow clone, whose history is cut off; run "git fetch --unshallow" in it first (in a CI job, ask the checkout for the full depth)`,
    );
  }
  const partial = await readGit(folder, [
    'config',
    '--get-regexp',
    '^remote\\..*\\.(promisor|partialclonefilter)$',
  ]);
  if (partial) {
    throw new UserError(
      `--repository ${folder} is a partial clone, from which git would fetch object by object; clone it again without --filter`,
    );
  }
}

const exists = async (folder: string, ref: string) =>
  (await readGit(folder, [
    'rev-parse',
    '--verify',
    '--quiet',
    `${ref}^{commit}`,
  ])) !== undefined;

const nameOf = (ref: string) =>
  ref.replace(/^refs\/(?:heads|remotes\/origin)\//, '');

/**
 * The branch to walk: the one asked for, else the default one of the remote,
 * else main or master, else the one that is checked out.
 *
 * @throws UserError when there is none
 */
export async function findBranch(
  folder: string,
  wanted?: string,
): Promise<LandingBranch> {
  const candidates = wanted
    ? [`refs/heads/${wanted}`, `refs/remotes/origin/${wanted}`, wanted]
    : [
        await readGit(folder, ['symbolic-ref', 'refs/remotes/origin/HEAD']),
        'refs/heads/main',
        'refs/heads/master',
        await readGit(folder, ['symbolic-ref', 'HEAD']),
      ];
  for (const ref of candidates) {
    if (ref && (await exists(folder, ref))) {
      return { ref, name: nameOf(ref) };
    }
  }
  throw new UserError(
    wanted
      ? `--branch ${wanted} is no branch of ${folder}; "git branch -a" lists them`
      : `${folder} has no commits on main, master or the branch that is checked out; name the branch that changes land on with --branch`,
  );
}

/** How a repository is called: by its host, and by its folder. */
export async function namesOf(
  folder: string,
): Promise<{ readonly path?: string; readonly folder: string }> {
  const origin = await readGit(folder, [
    'config',
    '--get',
    'remote.origin.url',
  ]);
  const top =
    (await readGit(folder, ['rev-parse', '--show-toplevel'])) ?? folder;
  const path = repositoryPath(origin);
  return {
    ...(path ? { path } : {}),
    folder: basename(top).replace(/\.git$/, ''),
  };
}

import { ConflictError, InputError, isError } from '@backstage/errors';
import { execFile } from 'child_process';
import { cp, mkdir, mkdtemp, rename, rm, stat } from 'fs/promises';
import path from 'path';
import { pathToFileURL } from 'url';
import { promisify } from 'util';

const run = promisify(execFile);

const BRANCH = 'main';

/** Which run made the repository, in its own git configuration. */
const TASK_KEY = 'example.task';

const AUTHOR = 'Example Scaffolder';
const EMAIL = 'scaffolder@example.com';

/** Whatever git is configured to do on this machine must not matter here. */
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: AUTHOR,
  GIT_AUTHOR_EMAIL: EMAIL,
  GIT_COMMITTER_NAME: AUTHOR,
  GIT_COMMITTER_EMAIL: EMAIL,
};

/** A repository as it was published. */
export interface PublishedRepository {
  readonly directory: string;
  readonly remoteUrl: string;
  readonly branch: string;
  readonly commitHash: string;
  /** RFC 3339 */
  readonly committedAt: string;
}

async function git(
  directory: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const { stdout } = await run('git', args, {
    cwd: directory,
    signal,
    env: { PATH: process.env.PATH, ...ENVIRONMENT },
  });
  return stdout.trim();
}

async function exists(directory: string): Promise<boolean> {
  try {
    await stat(directory);
    return true;
  } catch (error) {
    if (isError(error) && error.code === 'ENOENT') {
      return false;
    }
    throw error;
  }
}

async function describe(directory: string): Promise<PublishedRepository> {
  const [commitHash, committedAt] = (
    await git(directory, ['log', '-1', '--format=%H %cI'])
  ).split(' ');
  return {
    directory,
    remoteUrl: pathToFileURL(directory).toString(),
    branch: BRANCH,
    commitHash,
    committedAt,
  };
}

async function commitAll(directory: string, taskId: string, message: string) {
  await git(directory, ['init', '--quiet', '--initial-branch', BRANCH]);
  await git(directory, ['config', TASK_KEY, taskId]);
  await git(directory, ['add', '--all', '--force']);
  await git(directory, ['commit', '--quiet', '--message', message]);
}

/**
 * Publishes a folder as the repository `name`: one commit on `main`.
 *
 * The same run finds what it published before; a repository of another run is
 * never touched. It appears at once and whole, or not at all.
 *
 * @throws ConflictError when the name is taken.
 */
export async function publishRepository(options: {
  root: string;
  name: string;
  source: string;
  taskId: string;
  message: string;
}): Promise<PublishedRepository> {
  const { root, name, source, taskId, message } = options;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new InputError(
      `name is "${name}", it must be 1 to 63 of a-z, 0-9 and "-", such as payments-api`,
    );
  }
  const directory = path.join(root, name);
  if (await exists(directory)) {
    const owner = await git(directory, ['config', '--get', TASK_KEY]).catch(
      () => undefined,
    );
    if (owner === taskId) {
      return describe(directory);
    }
    throw new ConflictError(
      `There is a repository "${name}" already, and this run did not make it; choose another name`,
    );
  }
  await mkdir(root, { recursive: true });
  const draft = await mkdtemp(path.join(root, '.draft-'));
  try {
    await cp(source, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: from => path.relative(source, from) !== '.git',
    });
    await commitAll(draft, taskId, message);
    await rename(draft, directory);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return describe(directory);
}

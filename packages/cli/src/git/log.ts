import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../runtime';
import { gitArguments, gitEnvironment } from './command';
import { pullRequestOf, type PullRequestNumber } from './pullRequest';

/** One commit of the history. Instants in milliseconds since the epoch. */
export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authoredAt: number | undefined;
  readonly committedAt: number | undefined;
  readonly pullRequest?: PullRequestNumber;
}

/** The years 1 to 9999; git takes any number for a time. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

function readInstant(text: string): number | undefined {
  const seconds = Number(text);
  return text !== '' && seconds >= FIRST_SECOND && seconds <= LAST_SECOND
    ? seconds * 1000
    : undefined;
}

function readCommit(record: string): Commit {
  const [sha, parents, authored, committed, ...message] = record.split('\x1f');
  const pullRequest = pullRequestOf(message.join('\x1f'));
  return {
    sha,
    parents: parents ? parents.split(' ') : [],
    authoredAt: readInstant(authored),
    committedAt: readInstant(committed),
    ...(pullRequest ? { pullRequest } : {}),
  };
}

/**
 * Reads every commit that can be reached from some refs, with one process of
 * git however long the history is.
 *
 * @param onProgress - called now and then with how many were read
 */
export async function readLog(
  folder: string,
  refs: readonly string[],
  onProgress: (commits: number) => void = () => {},
): Promise<Map<string, Commit>> {
  const git = spawn(
    'git',
    gitArguments(folder, [
      'log',
      '-z',
      '--encoding=UTF-8',
      '--no-color',
      '--no-show-signature',
      '--no-notes',
      '--format=tformat:%H%x1f%P%x1f%at%x1f%ct%x1f%B',
      '--stdin',
    ]),
    { env: gitEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const ended = new Promise<string | undefined>(resolve => {
    let problem = '';
    git.stderr.on('data', chunk => {
      problem += chunk;
    });
    git.on('error', error => resolve(error.message));
    git.on('close', code => resolve(code === 0 ? undefined : problem.trim()));
  });
  git.stdin.on('error', () => {});
  git.stdin.end(`${refs.join('\n')}\n`);

  const commits = new Map<string, Commit>();
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of git.stdout) {
    const records = (rest + decoder.write(chunk as Buffer)).split('\0');
    rest = records.pop() ?? '';
    for (const record of records) {
      const commit = readCommit(record);
      commits.set(commit.sha, commit);
    }
    onProgress(commits.size);
  }
  const problem = await ended;
  if (problem !== undefined) {
    throw new UserError(`git could not read the history: ${problem}`);
  }
  return commits;
}

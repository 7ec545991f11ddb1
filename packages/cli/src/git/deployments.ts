import { spawn } from 'node:child_process';
import { UserError } from '../runtime';
import { gitArguments, gitEnvironment, readGit } from './command';

/** A deployment that the history or a list tells of. */
export interface PlannedDeployment {
  /** Milliseconds since the epoch; undefined: when the commit was committed. */
  readonly time: number | undefined;
  /** Whole, of a commit. */
  readonly sha: string;
  readonly environment: string;
  readonly deploymentId: string;
  /** Readable segments of the event's id, behind the repository. */
  readonly eventId: readonly string[];
  readonly status: 'success' | 'failure' | 'cancelled';
  readonly version?: string;
  readonly kind?: string;
}

/** `*` for any text, `?` for any character. */
export function globToRegExp(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`);
}

const TAG_FORMAT = [
  '%(refname:strip=2)',
  '%(objecttype)',
  '%(objectname)',
  '%(*objecttype)',
  '%(*objectname)',
  '%(taggerdate:unix)',
].join('%00');

/** Tags whose names match a glob, as deployments: of the tagger's time where annotated. */
export async function deploymentsFromTags(
  folder: string,
  glob: string,
  environment: string,
): Promise<PlannedDeployment[]> {
  const listing =
    (await readGit(folder, [
      'for-each-ref',
      'refs/tags',
      `--format=${TAG_FORMAT}`,
    ])) ?? '';
  const pattern = globToRegExp(glob);
  return listing.split('\n').flatMap(line => {
    const [tag, type, object, peeledType, peeled, tagged] = line.split('\0');
    const sha = type === 'commit' ? object : peeled;
    if (
      !tag ||
      !pattern.test(tag) ||
      (type !== 'commit' && peeledType !== 'commit')
    ) {
      return [];
    }
    return [
      {
        time: tagged ? Number(tagged) * 1000 : undefined,
        sha,
        environment,
        deploymentId: `tag/${tag}/${sha}`,
        eventId: ['tag', tag, sha],
        status: 'success' as const,
        version: tag,
      },
    ];
  });
}

/**
 * Whole shas of names such as abbreviated shas and tags, with one process;
 * undefined for what names no commit.
 */
export async function resolveCommits(
  folder: string,
  names: readonly string[],
): Promise<Array<string | undefined>> {
  const git = spawn(
    'git',
    gitArguments(folder, [
      'cat-file',
      '--batch-check=%(objectname) %(objecttype)',
    ]),
    { env: gitEnvironment(), stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const failed = new Promise<never>((_, reject) => {
    git.on('error', error =>
      reject(new UserError(`git cannot be run: ${error.message}`)),
    );
  });
  git.stdin.on('error', () => {});
  git.stdin.end(names.map(name => `${name}^{commit}\n`).join(''));
  const read = async () => {
    let text = '';
    for await (const chunk of git.stdout.setEncoding('utf8')) {
      text += chunk;
    }
    return text;
  };
  const text = await Promise.race([read(), failed]);
  return text
    .split('\n')
    .slice(0, names.length)
    .map(line => {
      const [sha, type] = line.split(' ');
      return type === 'commit' ? sha : undefined;
    });
}

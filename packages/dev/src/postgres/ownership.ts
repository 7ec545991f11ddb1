import { ConflictError, NotAllowedError } from '@backstage/errors';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, isPostmasterOf, startMark } from './processes';

interface Owner {
  readonly pid: number;
  readonly started?: string;
}

/**
 * Takes a data folder for this process.
 *
 * @returns `ours` when this process holds it already, else `taken`.
 * @throws ConflictError when a process that still lives holds it;
 * NotAllowedError when another user owns it.
 */
export async function takeFolder(folder: string): Promise<'taken' | 'ours'> {
  const file = path.join(folder, 'owner.json');
  const mine = { pid: process.pid, started: await startMark(process.pid) };
  for (;;) {
    try {
      await writeFile(file, JSON.stringify(mine), { flag: 'wx' });
      return 'taken';
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') {
        throw new NotAllowedError(
          `The database in ${folder} belongs to another user. Start as that ` +
            `user, or remove the folder to begin with empty data.`,
        );
      }
      if (code !== 'EEXIST') {
        throw error;
      }
    }
    const owner = await readOwner(file);
    if (owner?.pid === mine.pid && owner.started === mine.started) {
      return 'ours';
    }
    if (owner && (await startMark(owner.pid)) === owner.started) {
      throw new ConflictError(
        `The database in ${folder} is in use by process ${owner.pid}, ` +
          `another start of this project. Stop that one first.`,
      );
    }
    await rm(file, { force: true });
  }
}

/** Gives a data folder back. */
export async function releaseFolder(folder: string): Promise<void> {
  await rm(path.join(folder, 'owner.json'), { force: true });
}

/** What a PostgreSQL server wrote about itself into its folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * Finds the server that runs on a cluster's folder. A lock file whose process
 * is gone, or whose pid now belongs to another program, is removed: it would
 * keep the next server from starting.
 */
export async function findPostmaster(
  clusterDir: string,
): Promise<Postmaster | undefined> {
  const file = path.join(clusterDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return undefined;
  }
  const [pid, , , port] = text.split('\n').map(line => Number(line.trim()));
  if (pid && isAlive(pid) && (await isPostmasterOf(pid, clusterDir))) {
    return { pid, port };
  }
  await rm(file, { force: true });
  return undefined;
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

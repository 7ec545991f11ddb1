import { NotAllowedError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { chown, mkdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Credentials, run } from './processes';

/**
 * The account that PostgreSQL runs under. It refuses to run as root, so root
 * lends it an unprivileged account that the system has already; none is
 * created, because a start command has no business changing a machine's users.
 */
export async function postgresAccount(): Promise<Credentials> {
  if (process.getuid?.() !== 0) {
    return {};
  }
  const accounts = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .map(line => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find(fields => fields[0] === name) ?? [];
    if (uid && gid) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  throw new NotAllowedError(
    'PostgreSQL does not run as root, and this machine has neither an ' +
      'account "postgres" nor "nobody". Add one (useradd --system postgres) ' +
      'or run the command as another user.',
  );
}

/**
 * Creates a folder that the account can use. Where a parent bars the account
 * (a repository in root's home), a folder of the system's temporary folder
 * takes its place, always the same one for the same path.
 */
export async function usableFolder(
  wanted: string,
  account: Credentials,
  onNotice: (message: string) => void,
): Promise<string> {
  await mkdir(wanted, { recursive: true });
  if (await canEnter(wanted, account)) {
    return wanted;
  }
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const instead = path.join(os.tmpdir(), `four-keys-data-${digest}`);
  await mkdir(instead, { recursive: true });
  onNotice(
    `The database lies in ${instead}: the account that runs PostgreSQL may ` +
      `not enter ${wanted}.`,
  );
  return instead;
}

/** Hands a folder or file to the account; nothing to do for our own. */
export async function giveTo(
  account: Credentials,
  target: string,
): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(target, account.uid, account.gid);
  }
}

async function canEnter(
  folder: string,
  account: Credentials,
): Promise<boolean> {
  if (account.uid === undefined) {
    return true;
  }
  const { root } = path.parse(folder);
  const test = ['-c', 'test -x "$1"', 'sh', folder];
  return (await run('/bin/sh', test, { cwd: root, ...account })).code === 0;
}

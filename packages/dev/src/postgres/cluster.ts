import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { giveTo } from './account';
import { Binaries, POSTGRES_MAJOR } from './binaries';
import { Credentials, run } from './processes';

/**
 * Makes sure that a folder holds a complete cluster of our version. One whose
 * creation was cut short is created anew: it never held data.
 *
 * @throws ConflictError when another major version of PostgreSQL wrote it.
 */
export async function prepareCluster(options: {
  readonly dataDir: string;
  readonly clusterDir: string;
  readonly account: Credentials;
  readonly binaries: Binaries;
  readonly user: string;
  readonly password: string;
}): Promise<void> {
  const { dataDir, clusterDir, account } = options;
  const marker = path.join(dataDir, 'initialised');
  if (await readText(marker)) {
    const major = (await readText(path.join(clusterDir, 'PG_VERSION'))).trim();
    if (major !== POSTGRES_MAJOR) {
      throw new ConflictError(
        `${clusterDir} was written by PostgreSQL ${major || '(unknown)'}, ` +
          `this is PostgreSQL ${POSTGRES_MAJOR}. Remove ${dataDir} to start ` +
          `with empty data ("npm start -- --reset" does).`,
      );
    }
    return;
  }
  await rm(clusterDir, { recursive: true, force: true });
  await mkdir(clusterDir, { mode: 0o700 });
  await giveTo(account, clusterDir);
  await initialise(options);
  await writeFile(marker, new Date().toISOString());
}

async function initialise(options: {
  readonly dataDir: string;
  readonly clusterDir: string;
  readonly account: Credentials;
  readonly binaries: Binaries;
  readonly user: string;
  readonly password: string;
}): Promise<void> {
  const passwordFile = path.join(options.dataDir, 'initial-password');
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  await giveTo(options.account, passwordFile);
  try {
    const { code, output } = await run(
      options.binaries.initdb,
      [
        `--pgdata=${options.clusterDir}`,
        `--username=${options.user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      { cwd: options.dataDir, ...options.account },
    );
    if (code !== 0) {
      throw new ServiceUnavailableError(
        `PostgreSQL could not create its data folder:\n${output.trim()}`,
      );
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

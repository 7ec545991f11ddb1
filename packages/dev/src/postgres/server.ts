import { ForwardedError, ServiceUnavailableError } from '@backstage/errors';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findFreePort, requireFreePort } from '../net/ports';
import { giveTo, postgresAccount, usableFolder } from './account';
import { Binaries, findBinaries } from './binaries';
import { prepareCluster } from './cluster';
import { startGuard } from './guard';
import { findPostmaster, releaseFolder, takeFolder } from './ownership';
import { Credentials, run } from './processes';

/**
 * How to start an embedded PostgreSQL.
 *
 * @public
 */
export interface PostgresOptions {
  /** Where the data lies; not given: a throw-away folder. */
  readonly dataDir?: string;
  /** Fast instead of durable, and removed at stop. */
  readonly throwAway?: boolean;
  /** Port on 127.0.0.1; not given: a free one. */
  readonly port?: number;
  /** What a person changes to choose another port; named when it is taken. */
  readonly portSetting?: string;
  /** Server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Hears what a person should know, such as data in an unexpected place. */
  readonly onNotice?: (message: string) => void;
}

/**
 * A running embedded PostgreSQL. It listens on 127.0.0.1 only and asks for the
 * password.
 *
 * @public
 */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** URL of the maintenance database `postgres`. */
  readonly connectionString: string;
  /** Where the data lies; another folder than wanted if that was barred. */
  readonly dataDir: string;
  /** Stops the server; a throw-away one is removed. May be called again. */
  stop(): Promise<void>;
}

/** Nothing of a throw-away database has to survive a power cut. */
const THROW_AWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 200,
};

const USER = 'postgres';
const HOST = '127.0.0.1';
const START_ATTEMPTS = 8;

/**
 * Starts an embedded PostgreSQL, also as root.
 *
 * The server lives outside our process group, so that Ctrl-C reaches us only
 * and we decide when it stops. When this process dies without calling `stop`,
 * a guard stops the server; an orphan that survives even that is stopped by
 * the next start on its folder.
 *
 * @throws ConflictError when the port is taken or another live process uses
 * the data folder; ServiceUnavailableError with the end of the server's log
 * when it does not start.
 * @public
 */
export async function startPostgres(
  options: PostgresOptions = {},
): Promise<PostgresServer> {
  const onNotice = options.onNotice ?? (() => {});
  const account = await postgresAccount();
  const binaries = await findBinaries(account, onNotice);
  const throwAway = options.throwAway ?? options.dataDir === undefined;
  const dataDir =
    options.dataDir === undefined
      ? await mkdtemp(path.join(os.tmpdir(), 'four-keys-throw-away-'))
      : await usableFolder(path.resolve(options.dataDir), account, onNotice);
  await giveTo(account, dataDir);

  const home = homeIn(dataDir, account, binaries);
  const hold = await takeFolder(dataDir);
  const running = await findPostmaster(home.clusterDir);
  if (hold === 'ours' && running) {
    return handle(home, running.port, await storedPassword(home), {
      throwAway,
    });
  }
  try {
    if (running) {
      await stopServer(home);
    }
    const password = await storedPassword(home);
    await prepareCluster({ ...home, user: USER, password });
    const port = await launch(home, options, throwAway);
    return handle(home, port, password, { throwAway, guarded: true });
  } catch (error) {
    await releaseFolder(dataDir);
    if (throwAway) {
      await rm(dataDir, { recursive: true, force: true });
    }
    throw error;
  }
}

/**
 * Removes the data of an embedded PostgreSQL, and stops an orphaned server
 * that runs on it.
 *
 * @throws ConflictError when another live process uses the folder.
 * @public
 */
export async function removePostgres(dataDir: string): Promise<void> {
  const account = await postgresAccount();
  const binaries = await findBinaries(account, () => {});
  const folder = await usableFolder(path.resolve(dataDir), account, () => {});
  await takeFolder(folder);
  await stopServer(homeIn(folder, account, binaries));
  await rm(folder, { recursive: true, force: true });
}

function homeIn(
  dataDir: string,
  account: Credentials,
  binaries: Binaries,
): Home {
  return {
    dataDir,
    clusterDir: path.join(dataDir, 'cluster'),
    logFile: path.join(dataDir, 'server.log'),
    account,
    binaries,
  };
}

interface Home {
  readonly dataDir: string;
  readonly clusterDir: string;
  readonly logFile: string;
  readonly account: Credentials;
  readonly binaries: Binaries;
}

function handle(
  home: Home,
  port: number,
  password: string,
  options: { throwAway: boolean; guarded?: boolean },
): PostgresServer {
  const dismissGuard = options.guarded
    ? startGuard({
        ...home,
        pgCtl: home.binaries.pgCtl,
        remove: options.throwAway ? home.dataDir : undefined,
      })
    : () => {};
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    dismissGuard();
    await stopServer(home);
    await releaseFolder(home.dataDir);
    if (options.throwAway) {
      await rm(home.dataDir, { recursive: true, force: true });
    }
  };
  return {
    host: HOST,
    port,
    user: USER,
    password,
    connectionString: `postgres://${USER}:${password}@${HOST}:${port}/postgres`,
    dataDir: home.dataDir,
    stop: () => (stopped ??= stop()),
  };
}

async function launch(
  home: Home,
  options: PostgresOptions,
  throwAway: boolean,
): Promise<number> {
  if (options.port !== undefined) {
    await requireFreePort({
      port: options.port,
      purpose: 'PostgreSQL',
      setting: options.portSetting ?? 'the port setting of PostgreSQL',
    });
  }
  const settings = {
    listen_addresses: HOST,
    unix_socket_directories: '',
    ...(throwAway ? THROW_AWAY_SETTINGS : {}),
    ...options.settings,
  };
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort());
    await rm(home.logFile, { force: true });
    const flags = Object.entries({ ...settings, port })
      .map(([name, value]) => `-c ${name}='${value}'`)
      .join(' ');
    const args = ['start', '-w', '-t', '60', '-D', home.clusterDir];
    const { code } = await run(
      home.binaries.pgCtl,
      [...args, '-l', home.logFile, '-o', flags],
      { cwd: home.dataDir, ...home.account },
    );
    if (code === 0) {
      return port;
    }
    const log = await readFile(home.logFile, 'utf8').catch(() => '');
    // Both pass by themselves: another program took the port that was free a
    // moment ago, or children of a killed server are still winding up.
    const passing = /Address already in use|shared memory block/.test(log);
    if (!passing || attempt === START_ATTEMPTS) {
      const end = log.trim().split('\n').slice(-8).join('\n');
      throw new ServiceUnavailableError(`PostgreSQL did not start:\n${end}`);
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

async function stopServer(home: Home): Promise<void> {
  for (const mode of ['fast', 'immediate']) {
    if (!(await findPostmaster(home.clusterDir))) {
      return;
    }
    await run(
      home.binaries.pgCtl,
      ['stop', '-w', '-t', '15', '-m', mode, '-D', home.clusterDir],
      { cwd: home.dataDir, ...home.account },
    );
  }
}

async function storedPassword(home: Home): Promise<string> {
  const file = path.join(home.dataDir, 'password');
  try {
    await writeFile(file, randomBytes(18).toString('hex'), {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new ForwardedError(`Cannot write ${file}`, error);
    }
  }
  return readFile(file, 'utf8');
}

import { execFile, spawn } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** The account that a child process runs under; empty: our own. */
export interface Credentials {
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a program to its end. Never throws for an exit code. */
export function run(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    /** Besides those of this process. */
    readonly env?: Readonly<Record<string, string>>;
  } & Credentials,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      // PostgreSQL's tools speak the language of LC_MESSAGES; we read them.
      env: { ...process.env, ...options.env, LC_ALL: 'C', LC_MESSAGES: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.once('error', reject);
    child.once('close', code => resolve({ code: code ?? 1, output }));
  });
}

/** Tells whether a process lives, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A mark of the moment a process started. Together with the pid it names a
 * process for good, because systems hand out pids again.
 */
export async function startMark(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) {
    return undefined;
  }
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The second field, the program's name, may hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  }
  return commandOutput('ps', ['-o', 'lstart=', '-p', String(pid)]);
}

/** Tells whether a live process is a PostgreSQL server on this folder. */
export async function isPostmasterOf(
  pid: number,
  clusterDir: string,
): Promise<boolean> {
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return cwd === (await realpath(clusterDir));
  }
  const command = await commandOutput('ps', [
    '-o',
    'command=',
    '-p',
    String(pid),
  ]);
  return command?.includes(clusterDir) ?? false;
}

async function commandOutput(
  command: string,
  args: string[],
): Promise<string | undefined> {
  try {
    return (await execFileAsync(command, args)).stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

import { ConflictError } from '@backstage/errors';
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sleep } from '../process/signals';
import { isAlive, startMark } from '../postgres/processes';

interface PidFile {
  readonly broker: number;
  readonly brokerStarted?: string;
  readonly owner: number;
  readonly ownerStarted?: string;
}

const fileIn = (dataDir: string) => path.join(dataDir, 'broker.json');

/** Notes which broker runs on a folder, and for which process. */
export async function notePid(dataDir: string, broker: number): Promise<void> {
  const note: PidFile = {
    broker,
    brokerStarted: await startMark(broker),
    owner: process.pid,
    ownerStarted: await startMark(process.pid),
  };
  await writeFile(fileIn(dataDir), JSON.stringify(note));
}

export async function forgetPid(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true });
}

/**
 * Ends a broker that outlived the process that started it: it would hold the
 * port and the lock of the folder.
 *
 * @throws ConflictError when that process still lives.
 */
export async function endOrphan(dataDir: string): Promise<void> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) {
    return;
  }
  const note = parse(text);
  const lives = async (pid: number, started: string | undefined) =>
    isAlive(pid) && (await startMark(pid)) === started;
  if (note && (await lives(note.broker, note.brokerStarted))) {
    if (await lives(note.owner, note.ownerStarted)) {
      throw new ConflictError(
        `The Kafka broker in ${dataDir} is in use by process ${note.owner}, another start of this project. Stop that one first.`,
      );
    }
    await endProcess(note.broker);
  }
  await forgetPid(dataDir);
}

function parse(text: string): PidFile | undefined {
  try {
    return JSON.parse(text) as PidFile;
  } catch {
    // Cut short by a crash; then the start ended before the broker was up.
    return undefined;
  }
}

async function endProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; isAlive(pid); waited += 100) {
    if (waited === 10_000) {
      process.kill(pid, 'SIGKILL');
    }
    await sleep(100);
  }
}

/**
 * Ends the broker when this process is gone, however it died: the system
 * closes the guard's input then.
 *
 * @returns a function that dismisses the guard.
 */
export function guardBroker(pid: number, remove?: string): () => void {
  if (process.platform === 'win32') {
    return () => {};
  }
  const script =
    'cat >/dev/null; kill "$1" 2>/dev/null; ' +
    'n=0; while kill -0 "$1" 2>/dev/null && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.1; done; ' +
    'kill -9 "$1" 2>/dev/null; [ -z "$2" ] || rm -rf "$2"';
  const guard = spawn(
    '/bin/sh',
    ['-c', script, 'four-keys-kafka-guard', String(pid), remove ?? ''],
    { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  guard.on('error', () => {});
  guard.unref();
  const { stdin } = guard;
  stdin.on('error', () => {});
  (stdin as unknown as { unref?: () => void }).unref?.();
  return () => {
    guard.kill('SIGKILL');
  };
}

import { ChildProcess, spawn } from 'node:child_process';
import { sleep } from './signals';

/** How to run a child process. */
export interface ChildOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Hears every line of the child's output and errors. */
  readonly onLine?: (line: string) => void;
  /** Which lines are no noise; default: all. */
  readonly isWorthKeeping?: (line: string) => boolean;
}

/** A child process that outlives one call. */
export interface Child {
  readonly process: ChildProcess;
  /** Settles with the exit code; 1 when a signal ended it. */
  readonly exited: Promise<number>;
  /** The last lines of output. */
  tail(): string;
  /** Asks it to stop, and ends it when it does not within the time. */
  stop(withinMs?: number): Promise<void>;
}

const TAIL_LINES = 30;
const END_WITH_PARENT = require.resolve('./endWithParent.js');

/**
 * Starts a Node.js script as a child in a process group of its own: Ctrl-C
 * reaches only us, so that we can stop things in the order they need. When this
 * process is killed the child ends too.
 */
export function startNode(
  args: readonly string[],
  options: ChildOptions,
): Child {
  const child = spawn(
    process.execPath,
    ['--require', END_WITH_PARENT, ...args],
    {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    },
  );
  const lines: string[] = [];
  const hear = (line: string) => {
    if (options.isWorthKeeping?.(line) === false) {
      return;
    }
    lines.push(line);
    lines.splice(0, lines.length - TAIL_LINES);
    options.onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split(/\r?\n|\r/);
      rest = parts.pop() ?? '';
      parts.forEach(hear);
    });
    stream.on('end', () => rest && hear(rest));
  }
  const exited = new Promise<number>(resolve => {
    child.once('error', error => {
      hear(error.message);
      resolve(1);
    });
    child.once('close', code => resolve(code ?? 1));
  });
  child.stdin.on('error', () => {});
  return {
    process: child,
    exited,
    tail: () => lines.join('\n'),
    stop: async (withinMs = 10_000) => {
      child.kill('SIGTERM');
      const ended = await Promise.race([
        exited.then(() => true),
        sleep(withinMs).then(() => false),
      ]);
      if (!ended) {
        child.kill('SIGKILL');
        await exited;
      }
    },
  };
}

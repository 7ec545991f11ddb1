import type { Readable } from 'node:stream';
import { CommanderError } from 'commander';

/** What a command may touch of the process around it. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable;
  /** Whether progress may rewrite its line. */
  readonly interactive: boolean;
  /** Answers, for programs. Resolves when there is room for more. */
  out(text: string): Promise<void>;
  /** Progress and problems, for people. */
  err(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  setExitCode(code: number): void;
}

/** A failure that the caller can mend; its message says how. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number } = {}) {
    super(message);
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The runtime of the real process. */
export function processRuntime(): Runtime {
  // A reader that stops early, such as head, is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    interactive: process.stderr.isTTY === true,
    out: text =>
      new Promise(resolve => {
        if (process.stdout.write(text)) {
          resolve();
        } else {
          process.stdout.once('drain', () => resolve());
        }
      }),
    err: text => {
      process.stderr.write(text);
    },
    now: () => Date.now(),
    setExitCode: code => {
      process.exitCode = code;
    },
  };
}

/** Tells the user what went wrong, and answers the exit code. */
export function reportFailure(error: unknown, runtime: Runtime): number {
  if (error instanceof CommanderError) {
    return error.exitCode;
  }
  if (error instanceof UserError) {
    runtime.err(`four-keys: ${error.message}\n`);
    return error.exitCode;
  }
  const detail =
    error instanceof Error ? error.stack ?? error.message : String(error);
  runtime.err(
    `four-keys: this should not happen, please report it: ${detail}\n`,
  );
  return 1;
}

import { Readable } from 'node:stream';
import type { Runtime } from '../runtime';

export interface TestRuntime extends Runtime {
  readonly output: { out: string; err: string; exitCode: number };
}

/** A runtime that keeps what is printed, in a world of its own. */
export function testRuntime(
  options: {
    env?: Record<string, string>;
    cwd?: string;
    stdin?: string;
    now?: () => number;
  } = {},
): TestRuntime {
  const output = { out: '', err: '', exitCode: 0 };
  return {
    output,
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    stdin: Readable.from([options.stdin ?? '']),
    interactive: false,
    out: async text => {
      output.out += text;
    },
    err: text => {
      output.err += text;
    },
    now: options.now ?? (() => Date.now()),
    setExitCode: code => {
      output.exitCode = code;
    },
  };
}

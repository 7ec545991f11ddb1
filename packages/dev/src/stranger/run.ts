import { spawn } from 'node:child_process';

/** How to run a command to its end. */
export interface Run {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

const TAIL_CHARACTERS = 6_000;

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with the end of its output when it fails
 */
export async function run(
  command: string,
  args: readonly string[],
  options: Run,
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    signal: options.signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let everything = '';
  const hear = (text: string) => {
    everything = (everything + text).slice(-TAIL_CHARACTERS);
    const line = text.trim().split('\n').pop();
    if (line) {
      options.onLine?.(line);
    }
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    hear(text);
  });
  child.stderr.setEncoding('utf8').on('data', hear);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(
      `"${command} ${args.join(' ')}" ended with ${code}:\n${everything}`,
    );
  }
  return output;
}

import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError, type Runtime } from './runtime';
import type { JsonEvent } from './transport/client';

/**
 * Writes text to a file, or to standard output for `-`. A file appears when it
 * is complete.
 *
 * @throws UserError when it cannot be written
 */
export async function writeOutput(
  file: string,
  text: string,
  runtime: Runtime,
): Promise<void> {
  if (file === '-') {
    await runtime.out(text);
    return;
  }
  const path = resolve(runtime.cwd, file);
  try {
    await writeFile(`${path}.partial`, text);
    await rename(`${path}.partial`, path);
  } catch (error) {
    throw new UserError(
      `--output ${file} cannot be written: ${
        (error as Error).message
      }; name a file in a folder that exists, or - for standard output`,
    );
  }
}

/**
 * Writes events one a line, to a file or to standard output for `-`. A file
 * appears when it is complete.
 *
 * @throws UserError when it cannot be written
 */
export async function writeEvents(
  file: string,
  events: readonly JsonEvent[],
  runtime: Runtime,
): Promise<void> {
  const lines = events.map(event => `${JSON.stringify(event)}\n`);
  if (file === '-') {
    for (const line of lines) {
      await runtime.out(line);
    }
    return;
  }
  await writeOutput(file, lines.join(''), runtime);
  runtime.err(`four-keys: wrote ${events.length} events to ${file}\n`);
}

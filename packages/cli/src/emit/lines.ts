import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { UserError, type Runtime } from '../runtime';
import type { JsonEvent } from '../transport/client';
import type { Sized } from '../transport/batches';

/** An event and the line of the file that it stands on. */
export interface EventLine {
  readonly line: number;
  readonly event: JsonEvent;
}

function open(file: string, runtime: Runtime) {
  return file === '-'
    ? runtime.stdin
    : createReadStream(file, { encoding: 'utf8' });
}

const isObject = (value: unknown): value is JsonEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a file of one JSON event a line, or standard input for `-`. Empty
 * lines are skipped; what is no JSON object goes to `onBroken`.
 *
 * @throws UserError when the file cannot be read
 */
export async function* readEventLines(
  file: string,
  runtime: Runtime,
  onBroken: (line: number, problem: string) => void,
): AsyncGenerator<Sized<EventLine>> {
  const input = open(file, runtime);
  const lines = createInterface({ input, crlfDelay: Infinity });
  let failure: Error | undefined;
  input.on('error', error => {
    failure = error;
    lines.close();
  });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (json.trim() === '') {
      continue;
    }
    let event: unknown;
    try {
      event = JSON.parse(json);
    } catch (error) {
      onBroken(line, `is not JSON: ${(error as Error).message}`);
      continue;
    }
    if (isObject(event)) {
      yield { item: { line, event }, bytes: Buffer.byteLength(json) };
    } else {
      onBroken(line, 'is no JSON object; write one event a line');
    }
  }
  if (failure) {
    throw new UserError(
      `--file ${file} cannot be read: ${failure.message}; name a file of one JSON event a line, or - for standard input`,
    );
  }
}

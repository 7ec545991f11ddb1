import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { UserError, type Runtime } from '../runtime';
import type { JsonEvent } from '../transport/client';
import type { Sized } from '../transport/batches';

/** An event and the line of the file that it stands on. */
export interface EventLine {
  readonly line: number;
  readonly event: JsonEvent;
}

async function* textLines(
  file: string,
  runtime: Runtime,
): AsyncGenerator<string> {
  const input =
    file === '-' ? runtime.stdin : createReadStream(resolve(runtime.cwd, file));
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of input) {
      const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw new UserError(
      `--file ${file} cannot be read: ${
        (error as Error).message
      }; name a file of one JSON event a line, or - for standard input`,
    );
  }
  yield rest + decoder.end();
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
  let line = 0;
  for await (const text of textLines(file, runtime)) {
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
}

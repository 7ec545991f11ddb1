import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import {
  compute,
  ComputeInputError,
  type ComputeInput,
} from '@four-keys/model';
import { parseDuration } from '../duration';
import { UserError, type Runtime } from '../runtime';

export interface ComputeFlags {
  readonly input: string;
  readonly failureWindow?: string;
  readonly bandYear?: string;
  readonly incidentSource?: string;
  readonly now?: string;
}

type Json = Record<string, unknown>;

/** Which flag to blame for a problem of a field that it has set. */
const FLAG_OF_PATH: Readonly<Record<string, keyof ComputeFlags>> = {
  now: 'now',
  'config.bandYear': 'bandYear',
  'config.incidentSource': 'incidentSource',
};

const FLAGS: Readonly<Record<keyof ComputeFlags, string>> = {
  input: '--input',
  failureWindow: '--failure-window',
  bandYear: '--band-year',
  incidentSource: '--incident-source',
  now: '--now',
};

const SHOWN_PROBLEMS = 20;

async function read(file: string, runtime: Runtime): Promise<string> {
  const stream =
    file === '-' ? runtime.stdin : createReadStream(resolve(runtime.cwd, file));
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) {
      chunks.push(Buffer.from(chunk as Uint8Array));
    }
  } catch (error) {
    throw new UserError(
      `--input ${file} cannot be read: ${
        (error as Error).message
      }; name a file, or - for standard input`,
    );
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(
      `${where} is not JSON: ${
        (error as Error).message
      }. It must hold one input, or one a line; four-keys compute --help shows one`,
    );
  }
}

/** One input over several lines, or one on each; with how to call it in messages. */
function inputsOf(text: string, file: string) {
  const name = file === '-' ? 'The standard input' : file;
  const lines = text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
  const isLineByLine =
    lines.length > 0 && lines.every(({ line }) => /^\s*\{.*\}\s*$/.test(line));
  return isLineByLine
    ? {
        isLineByLine,
        inputs: lines.map(({ line, number }) => {
          const where = lines.length > 1 ? `${name}, line ${number}` : name;
          return { where, input: parse(line, where) };
        }),
      }
    : { isLineByLine, inputs: [{ where: name, input: parse(text, name) }] };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The input with what the flags say instead of it. */
function withFlags(input: unknown, flags: ComputeFlags): unknown {
  if (!isObject(input)) {
    return input;
  }
  const config: Json = {};
  if (flags.failureWindow !== undefined) {
    config.failureWindowSeconds =
      parseDuration(flags.failureWindow, '--failure-window') / 1000;
  }
  if (flags.bandYear !== undefined) {
    config.bandYear = Number(flags.bandYear);
  }
  if (flags.incidentSource !== undefined) {
    config.incidentSource = flags.incidentSource;
  }
  return {
    ...input,
    ...(flags.now === undefined ? {} : { now: flags.now }),
    ...(Object.keys(config).length > 0
      ? {
          config: {
            ...(isObject(input.config) ? input.config : {}),
            ...config,
          },
        }
      : {}),
  };
}

function explain(
  error: ComputeInputError,
  where: string,
  flags: ComputeFlags,
): UserError {
  const shown = error.problems.slice(0, SHOWN_PROBLEMS).map(problem => {
    const flag = FLAG_OF_PATH[problem.path];
    return flag && flags[flag] !== undefined
      ? `${FLAGS[flag]} ${problem.message}`
      : `${problem.path ? `${problem.path} ` : ''}${problem.message}`;
  });
  const more = error.problems.length - shown.length;
  return new UserError(
    [
      `${where} is no input of compute:`,
      ...shown.map(line => `  ${line}`),
      ...(more > 0 ? [`  and ${more} more problems`] : []),
    ].join('\n'),
  );
}

function answer(input: unknown, where: string, flags: ComputeFlags) {
  try {
    // compute checks its input itself.
    return compute(withFlags(input, flags) as ComputeInput);
  } catch (error) {
    throw error instanceof ComputeInputError
      ? explain(error, where, flags)
      : error;
  }
}

/** `four-keys compute` */
export async function runCompute(
  flags: ComputeFlags,
  runtime: Runtime,
): Promise<void> {
  const text = await read(flags.input, runtime);
  const { isLineByLine, inputs } = inputsOf(text, flags.input);
  for (const { where, input } of inputs) {
    const answers = answer(input, where, flags);
    await runtime.out(
      `${JSON.stringify(answers, null, isLineByLine ? undefined : 2)}\n`,
    );
  }
}

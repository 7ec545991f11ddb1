import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Knex } from 'knex';
import { runMigrations } from '../database';
import { computeSql } from './computeSql';

const HELP = `Answers the questions about a history through PostgreSQL: events are stored,
derived and asked as they are in production. "four-keys compute" answers the
same by the reference model; the two must agree.

Usage: compute-sql --input FILE|-

  --input FILE   one history with its questions as JSON, or one a line (NDJSON);
                 "-": standard input
  --help         this text

Prints one line of JSON for each history: a list with one answer for each query.
Needs no database: an embedded PostgreSQL is started, unless
FOUR_KEYS_TEST_POSTGRES names a server to create a temporary database on.
`;

/** A database that is gone after use. */
export interface TemporaryDatabase {
  readonly knex: Knex;
  drop(): Promise<void>;
}

class UsageError extends Error {}

function readArguments(args: readonly string[]): string | undefined {
  if (args.includes('--help') || args.includes('-h')) {
    return undefined;
  }
  const [name, value, ...rest] = args.flatMap(arg =>
    arg.startsWith('--input=') ? ['--input', arg.slice(8)] : [arg],
  );
  if (name !== '--input' || !value || rest.length > 0) {
    throw new UsageError(
      `Expected --input FILE, or --input - for standard input; got ${
        args.length > 0 ? args.join(' ') : 'nothing'
      }. See --help.`,
    );
  }
  return value;
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The histories of a stream: one a line, or one over many lines. */
async function* readHistories(stream: Readable): AsyncGenerator<unknown> {
  const unread: string[] = [];
  let number = 0;
  for await (const line of createInterface({
    input: stream,
    crlfDelay: Infinity,
  })) {
    number += 1;
    const history = unread.length === 0 ? parseLine(line) : undefined;
    if (history !== undefined) {
      yield history;
    } else if (unread.length > 0 || line.trim() !== '') {
      unread.push(line);
    }
  }
  if (unread.length > 0) {
    const whole = parseLine(unread.join('\n'));
    if (whole === undefined) {
      throw new UsageError(
        `The input is neither one JSON document nor one on each line, see line ${
          number - unread.length + 1
        }.`,
      );
    }
    yield whole;
  }
}

async function answerAll(
  input: Readable,
  database: TemporaryDatabase,
): Promise<void> {
  await runMigrations(database.knex);
  for await (const history of readHistories(input)) {
    const answer = await computeSql(history, { knex: database.knex });
    if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) {
      await new Promise(resolve => process.stdout.once('drain', resolve));
    }
  }
}

/** Runs the command; the exit code is 0, 1 when the input is not as it should be. */
export async function main(
  args: readonly string[],
  createDatabase: () => Promise<TemporaryDatabase>,
): Promise<void> {
  try {
    const file = readArguments(args);
    if (file === undefined) {
      process.stdout.write(HELP);
      return;
    }
    const database = await createDatabase();
    try {
      await answerAll(
        file === '-' ? process.stdin : createReadStream(file),
        database,
      );
    } finally {
      await database.drop();
    }
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}

import { ServiceUnavailableError } from '@backstage/errors';
import { spawn } from 'node:child_process';
import { Client } from 'pg';
import { inRepository } from '../repository';
import { benchEvents } from './events';
import { type Spread, spreadOf } from './statistics';

const EVENTS = 100_000;
const DATABASE = 'bench_statement';

/** The statement that stores a batch, beside plain COPY of the same rows. */
export interface StatementResult {
  readonly events: number;
  /** Events per second, by batch, commits included. */
  readonly stored: Spread;
  readonly copied: Spread;
  /** Seconds of all COPY to seconds of all that was stored. */
  readonly shareOfCopy: number;
}

/** Runs what the backend has to measure itself by; nothing of it is public. */
async function runStatement(connectionString: string, input: string) {
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
      inRepository('plugins/four-keys-backend/src/facts/speed/main.ts'),
      connectionString,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', chunk => (output += chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise(resolve => {
    child.once('error', () => resolve(1));
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new ServiceUnavailableError(
      `The statement could not be measured, it ended with ${code}`,
    );
  }
  return JSON.parse(output) as {
    batch: number;
    stored: number[];
    copied: number[];
  };
}

const sum = (values: readonly number[]) =>
  values.reduce((total, value) => total + value, 0);

/** How the statement that stores events compares with COPY into the same indexed tables. */
export async function measureStatement(
  connectionString: string,
  events: number = EVENTS,
): Promise<StatementResult> {
  const admin = new Client({ connectionString });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${DATABASE}`);
  try {
    const url = new URL(connectionString);
    url.pathname = `/${DATABASE}`;
    const lines = [...benchEvents(events, Date.now())].map(event =>
      JSON.stringify(event),
    );
    const { batch, stored, copied } = await runStatement(
      url.href,
      lines.join('\n'),
    );
    const rates = (times: readonly number[]) =>
      spreadOf(times.map(seconds => batch / seconds));
    return {
      events,
      stored: rates(stored),
      copied: rates(copied),
      shareOfCopy: sum(copied) / sum(stored),
    };
  } finally {
    await admin.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
    await admin.end();
  }
}

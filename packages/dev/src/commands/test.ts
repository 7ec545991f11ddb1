import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from '../postgres/server';
import { stopSignal } from '../process/signals';
import { inRepository } from '../repository';
import { JestReport, summaryLine } from './testSummary';

/** The newest PostgreSQL that Backstage's test utilities know by name. */
const BACKSTAGE_DATABASE =
  'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

const MAX_CONNECTIONS = 400;

/** `npm test`: all tests against one embedded PostgreSQL, or those named. */
export async function main(args: readonly string[]): Promise<void> {
  const { signal, release } = stopSignal();
  const postgres = await startPostgres({
    settings: { max_connections: MAX_CONNECTIONS },
    throwAway: true,
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-test-'));
  const reportFile = path.join(folder, 'report.json');
  try {
    process.exitCode = await runJest(
      [...args, '--json', `--outputFile=${reportFile}`],
      postgres.connectionString,
      signal,
    );
    const report = await readFile(reportFile, 'utf8').catch(() => undefined);
    if (report) {
      const line = summaryLine(JSON.parse(report) as JestReport);
      process.stdout.write(`\n${line}\n`);
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
    release();
  }
}

function runJest(
  args: readonly string[],
  connectionString: string,
  signal: AbortSignal,
): Promise<number> {
  const cli = inRepository('node_modules', '.bin', 'backstage-cli');
  const child = spawn(cli, ['repo', 'test', ...args], {
    cwd: inRepository(),
    env: {
      ...process.env,
      // Without it the command would watch for changes instead of ending.
      CI: process.env.CI ?? '1',
      FOUR_KEYS_TEST_POSTGRES: connectionString,
      [BACKSTAGE_DATABASE]: connectionString,
    },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  return new Promise(resolve => {
    child.once('error', () => resolve(1));
    child.once('close', code => {
      signal.removeEventListener('abort', stop);
      resolve(code ?? 1);
    });
  });
}

import { InputError } from '@backstage/errors';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { renderReport } from '../bench/report';
import { runBench } from '../bench/runBench';
import { createProgress } from '../start/progress';

const HELP = `Measures the pipeline on this machine, beside a naive consumer.

Usage: npm run bench [-- OPTIONS]

  --events N    how many events to send (200000)
  --json FILE   write the results to a file as well
  --help        this text
`;

/** `npm run bench`. */
export async function main(args: readonly string[]): Promise<void> {
  // Our guard stops the database whichever way we leave.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        events: { type: 'string', default: '200000' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    const events = Number(values.events);
    if (!Number.isInteger(events) || events < 1) {
      throw new InputError(
        `--events is "${values.events}", but it is a whole number above 0.`,
      );
    }
    const report = await runBench(events, createProgress(process.stdout));
    process.stdout.write(renderReport(report));
    if (values.json) {
      await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    }
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

import { InputError } from '@backstage/errors';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type BenchReport, renderReport } from '../bench/report';
import { HISTORY_ROWS, type Row, ROWS, runBench } from '../bench/runBench';
import { createProgress } from '../start/progress';

const HELP = `Measures the pipeline on this machine, beside naive ways to do the same.

Usage: npm run bench [-- OPTIONS]

  --events N    how many events to send (200000); several, as in
                1000000,3000000,10000000: one history after the other, of which
                the first has all rows and the others those that ask a history
  --only ROWS   some of ${ROWS.join(', ')};
                default: all
  --json FILE   write the results to a file as well
  --help        this text
`;

function readRows(only: string | undefined): ReadonlySet<Row> {
  const asked = only?.split(',').map(name => name.trim());
  const unknown = asked?.find(name => !ROWS.some(row => row === name));
  if (unknown !== undefined) {
    throw new InputError(
      `--only has ${JSON.stringify(unknown)}, but the rows are ${ROWS.join(
        ', ',
      )}.`,
    );
  }
  return new Set(ROWS.filter(row => asked?.includes(row) ?? true));
}

function readSizes(text: string): number[] {
  return text.split(',').map(part => {
    const events = Number(part);
    if (!Number.isInteger(events) || events < 1) {
      throw new InputError(
        `--events is "${text}", but it is a whole number above 0, or several with commas between them.`,
      );
    }
    return events;
  });
}

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
        only: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    const rows = readRows(values.only);
    const reports: BenchReport[] = [];
    for (const events of readSizes(values.events)) {
      const report = await runBench({
        events,
        rows:
          reports.length === 0
            ? rows
            : new Set(HISTORY_ROWS.filter(row => rows.has(row))),
        progress: createProgress(process.stdout),
      });
      reports.push(report);
      process.stdout.write(renderReport(report));
      if (values.json) {
        // After each, so that an hour of work is not lost with the last one.
        const found = reports.length === 1 ? report : reports;
        await writeFile(values.json, `${JSON.stringify(found, null, 2)}\n`);
      }
    }
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

import { createInterface } from 'node:readline';
import { measureStatement } from './statement';

/** Reads events from standard input, one a line, and prints what was measured as JSON. */
async function main([connection]: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    lines.push(line);
  }
  process.stdout.write(
    JSON.stringify(await measureStatement(connection, lines)),
  );
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});

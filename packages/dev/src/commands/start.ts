import { stopSignal } from '../process/signals';
import { checkNodeVersion, HELP, readOptions } from '../start/options';
import { createProgress } from '../start/progress';
import { runExample } from '../start/runExample';

/** `npm start`: the example app, until Ctrl-C. */
export async function main(args: readonly string[]): Promise<void> {
  const { signal } = stopSignal();
  try {
    checkNodeVersion(process.versions.node);
    const options = readOptions(args, process.env);
    if (options.help) {
      process.stdout.write(HELP);
    } else {
      await runExample(options, createProgress(process.stdout), signal);
    }
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  }
  // Unlike an unref'd handle somewhere, a person waits for the prompt.
  process.exit();
}

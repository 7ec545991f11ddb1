/**
 * The command line of Four Keys for Backstage.
 *
 * @packageDocumentation
 */
import { createProgram } from './program';
import { processRuntime, reportFailure } from './runtime';

/**
 * Runs one command and sets the exit code of the process.
 *
 * @param argv - as in `process.argv`: the interpreter, the script, the arguments
 * @public
 */
export async function main(argv: readonly string[]): Promise<void> {
  const runtime = processRuntime();
  try {
    await createProgram(runtime).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = reportFailure(error, runtime);
  }
}

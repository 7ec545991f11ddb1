import { mkdir, readFile, rm, writeFile } from 'fs/promises';
import path from 'path';

/** A file of the workspace, and what it is to hold. */
export interface FileToWrite {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  /** Whether its folder is made where there is none. */
  readonly withFolder?: boolean;
}

/** The content of a file; undefined when there is none. */
export async function readOptional(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function putBack(undo: () => Promise<unknown>): Promise<void> {
  await undo().catch(() => {
    // The first error says what happened; this one follows from it.
  });
}

/**
 * Writes files, all or nothing. Where one cannot be written, those before it
 * hold again what they held, and folders that were made for them are gone.
 *
 * @throws the error of the file that could not be written.
 */
export async function writeAll(files: readonly FileToWrite[]): Promise<void> {
  const undo: Array<() => Promise<unknown>> = [];
  try {
    for (const { file, text, withFolder } of files) {
      const before = await readOptional(file);
      const made = withFolder
        ? await mkdir(path.dirname(file), { recursive: true })
        : undefined;
      undo.unshift(() =>
        before === undefined
          ? rm(made ?? file, { recursive: made !== undefined, force: true })
          : writeFile(file, before),
      );
      await writeFile(file, text);
    }
  } catch (error) {
    for (const one of undo) {
      await putBack(one);
    }
    throw error;
  }
}

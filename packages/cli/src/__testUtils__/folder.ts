import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Temporary folders that are gone after the tests of a file. */
export function useFolders(): () => Promise<string> {
  const folders: string[] = [];
  afterAll(async () => {
    await Promise.all(
      folders.map(folder => rm(folder, { recursive: true, force: true })),
    );
  });
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'four-keys-'));
    folders.push(folder);
    return folder;
  };
}

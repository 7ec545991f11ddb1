import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const COPIED = ['src', 'public', '.eslintrc.js'];

/**
 * Does something with a copy of an app that lacks one of its plugins. It lies
 * within the repository, where it finds the packages of the app.
 *
 * @param app - the folder of the app
 * @param plugin - the name of the plugin's package
 */
export async function withoutPlugin<T>(
  app: string,
  plugin: string,
  options: {
    /** Where the copy may lie while it is used. */
    readonly scratch: string;
    readonly work: (copy: string) => Promise<T>;
  },
): Promise<T> {
  await mkdir(options.scratch, { recursive: true });
  const copy = await mkdtemp(path.join(options.scratch, 'app-without-'));
  try {
    for (const name of COPIED) {
      await cp(path.join(app, name), path.join(copy, name), {
        recursive: true,
      });
    }
    const { dependencies, ...rest } = JSON.parse(
      await readFile(path.join(app, 'package.json'), 'utf8'),
    ) as { dependencies: Record<string, string> };
    const { [plugin]: left, ...others } = dependencies;
    if (left === undefined) {
      throw new Error(`${app} does not depend on ${plugin}`);
    }
    await writeFile(
      path.join(copy, 'package.json'),
      JSON.stringify({ ...rest, dependencies: others }, null, 2),
    );
    return await options.work(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

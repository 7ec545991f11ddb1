import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { readFile, writeFile } from 'fs/promises';
import path from 'path';
import {
  readIdentity,
  stampCatalogInfo,
  type StampedText,
} from './catalogInfo';
import { ENV_FILE, stampEnvFile } from './envFile';
import type { StampValues } from './values';

/** What stamping did, or in a dry run would do, to one file. */
export interface StampedFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** What differs from before; empty: nothing. */
  readonly fields: readonly string[];
}

async function readOptional(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** The files of a generated repository, reachable from nowhere outside it. */
export class StampWorkspace {
  readonly #root: string;
  readonly #targetPath: string;

  constructor(options: { workspacePath: string; targetPath: string }) {
    this.#root = options.workspacePath;
    this.#targetPath = options.targetPath;
  }

  #resolve(relative: string): string {
    return resolveSafeChildPath(
      this.#root,
      path.join(this.#targetPath, relative),
    );
  }

  #shown(relative: string): string {
    return path.posix.join(
      this.#targetPath.split(path.sep).join('/'),
      relative,
    );
  }

  /** @throws InputError when there is no such file. */
  async readCatalogInfo(file: string): Promise<string> {
    const text = await readOptional(this.#resolve(file));
    if (text === undefined) {
      throw new InputError(
        `${this.#shown(
          file,
        )} is not in the workspace; put this step behind the one that generates it, or name it in catalogInfoPath`,
      );
    }
    return text;
  }

  /** What the catalog file says about its first component. */
  identityOf(file: string, text: string) {
    return readIdentity(this.#shown(file), text);
  }

  /**
   * Stamps the catalog file and the file of variables. Works out every file
   * before it writes the first, so that a file that cannot be stamped leaves
   * the others as they were.
   */
  async stamp(options: {
    catalogInfo: { file: string; text: string };
    values: StampValues;
    dryRun: boolean;
  }): Promise<StampedFile[]> {
    const { catalogInfo, values, dryRun } = options;
    const env = (await readOptional(this.#resolve(ENV_FILE))) ?? '';
    const results: Array<readonly [file: string, stamped: StampedText]> = [
      [
        catalogInfo.file,
        stampCatalogInfo(
          this.#shown(catalogInfo.file),
          catalogInfo.text,
          values,
        ),
      ],
      [ENV_FILE, stampEnvFile(env, values)],
    ];
    for (const [file, { text, fields }] of results) {
      if (!dryRun && fields.length > 0) {
        await writeFile(this.#resolve(file), text);
      }
    }
    return results.map(([file, { fields }]) => ({
      path: this.#shown(file),
      fields,
    }));
  }
}

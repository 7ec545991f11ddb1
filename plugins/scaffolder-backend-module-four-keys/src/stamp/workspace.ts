import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { findFiles } from '@four-keys/policies';
import path from 'path';
import { readIdentity, stampCatalogInfo } from './catalogInfo';
import { ENV_FILE, stampEnvFile } from './envFile';
import { chooseFiles, type StampGlobs } from './files';
import { FORMATS } from './formats';
import { readOptional, writeAll } from '../writeAll';
import type { StampedText, StampValues } from './values';

/** What stamping did, or in a dry run would do, to one file. */
export interface StampedFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** What differs from before; empty: nothing. */
  readonly fields: readonly string[];
  /** Why nothing in it was stamped although it was chosen. */
  readonly leftAlone?: string;
}

interface Change extends StampedText {
  readonly file: string;
}

const HELM_TEMPLATE =
  'it is a Helm template; the ids are in the values of its chart under fourKeys';

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

  async #read(file: string): Promise<{ before?: Buffer; text: string }> {
    const before = await readOptional(this.#resolve(file));
    const text = before?.toString('utf8') ?? '';
    if (before && !Buffer.from(text).equals(before)) {
      throw new InputError(
        `${this.#shown(
          file,
        )} is not UTF-8, so that it cannot be stamped without harm; save it as UTF-8`,
      );
    }
    return { before, text };
  }

  /** @throws InputError when there is no such file. */
  async readCatalogInfo(file: string): Promise<string> {
    const { before, text } = await this.#read(file);
    if (before === undefined) {
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
   * Stamps the catalog file, the file of variables and everything that the
   * globs choose. Works out every file before it writes the first, and puts
   * back what it wrote when a later one fails: all or nothing.
   *
   * @throws InputError naming file and line where one cannot be stamped.
   */
  async stamp(options: {
    catalogInfo: string;
    globs?: StampGlobs;
    values: StampValues;
    dryRun: boolean;
    signal?: AbortSignal;
  }): Promise<StampedFile[]> {
    const changes = await this.#plan(options);
    options.signal?.throwIfAborted();
    if (!options.dryRun) {
      await writeAll(
        changes
          .filter(({ fields }) => fields.length > 0)
          .map(({ file, text }) => ({ file: this.#resolve(file), text })),
      );
    }
    return changes.map(({ file, fields, leftAlone }) => ({
      path: this.#shown(file),
      fields,
      ...(leftAlone === undefined ? {} : { leftAlone }),
    }));
  }

  async #plan(options: {
    catalogInfo: string;
    globs?: StampGlobs;
    values: StampValues;
  }): Promise<Change[]> {
    const { values } = options;
    const catalogInfo = path.posix.normalize(options.catalogInfo);
    const changes: Change[] = [];
    const add = async (file: string, stamp: (text: string) => StampedText) => {
      const { text } = await this.#read(file);
      changes.push({ file, ...stamp(text) });
    };
    await add(catalogInfo, text =>
      stampCatalogInfo(this.#shown(catalogInfo), text, values),
    );
    await add(ENV_FILE, text => stampEnvFile(text, values));
    const chosen = chooseFiles(
      await findFiles(this.#resolve('.')),
      options.globs,
    );
    for (const { file, format, isLink } of chosen) {
      if (file === catalogInfo || file === ENV_FILE) {
        continue;
      }
      if (isLink) {
        // Refuses one that leads out; what it leads to inside is chosen itself.
        this.#resolve(file);
        continue;
      }
      await add(file, text =>
        format
          ? FORMATS[format].stamp(this.#shown(file), text, values)
          : { text, fields: [], leftAlone: HELM_TEMPLATE },
      );
    }
    return changes;
  }
}

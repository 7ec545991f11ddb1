import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * How far an import has come: the last event that was durable. Kept in a file
 * named by the repository and the options, so that another import does not
 * take it for its own.
 */
export class Checkpoint {
  readonly #path: string;

  constructor(folder: string, key: unknown) {
    const hash = createHash('sha256')
      .update(JSON.stringify(key))
      .digest('hex')
      .slice(0, 16);
    this.#path = join(folder, `${hash}.json`);
  }

  get path(): string {
    return this.#path;
  }

  /** The id of the last durable event; undefined when there is none. */
  async read(): Promise<string | undefined> {
    try {
      const { lastId } = JSON.parse(await readFile(this.#path, 'utf8')) as {
        lastId?: unknown;
      };
      return typeof lastId === 'string' ? lastId : undefined;
    } catch {
      // Missing or damaged: starting over costs time, and changes nothing.
      return undefined;
    }
  }

  async write(lastId: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeFile(`${this.#path}.partial`, JSON.stringify({ lastId }));
    await rename(`${this.#path}.partial`, this.#path);
  }

  async clear(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

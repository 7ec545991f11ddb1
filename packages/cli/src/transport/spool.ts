import { createHash, randomBytes } from 'node:crypto';
import {
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonEvent } from './client';

/** How much a spool keeps, in bytes; beyond it the oldest events go. */
export const MAX_SPOOL_BYTES = 20 * 1024 * 1024;

/** A lock that has not been touched for this long belongs to a dead process. */
const STALE_LOCK_MS = 60_000;

const STALE_PARTIAL_MS = 3_600_000;

const LOCK = 'lock';
const PARTIAL = /^\..*\.partial$/;
const FILE = /^\d{15}-[0-9a-f]+-(\d+)\.ndjson$/;

export interface SpoolOptions {
  readonly directory: string;
  readonly maxBytes?: number;
  readonly now?: () => number;
}

interface SpoolFile {
  readonly path: string;
  readonly events: number;
}

const isMissing = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * Events that wait for their collector. Every call writes a file of its own,
 * which appears under its name only when it is complete, so that neither a
 * crash nor another process ever sees half a line.
 */
export class Spool {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #now: () => number;

  constructor({
    directory,
    maxBytes = MAX_SPOOL_BYTES,
    now = Date.now,
  }: SpoolOptions) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** Events for one collector must never reach another: each has a folder. */
  static forCollector(root: string, url: string): Spool {
    const hash = createHash('sha256').update(url).digest('hex').slice(0, 8);
    const readable = url
      .replace(/^[a-z]+:\/\//i, '')
      .replace(/[^A-Za-z0-9.-]+/g, '_')
      .slice(0, 60);
    return new Spool({ directory: join(root, `${readable}-${hash}`) });
  }

  get directory(): string {
    return this.#directory;
  }

  /**
   * Keeps events.
   *
   * @returns how many older ones had to go to make room
   */
  async add(events: readonly JsonEvent[]): Promise<{ dropped: number }> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const name = [
      String(this.#now()).padStart(15, '0'),
      randomBytes(6).toString('hex'),
      events.length,
    ].join('-');
    const partial = join(this.#directory, `.${name}.partial`);
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(
        events.map(event => `${JSON.stringify(event)}\n`).join(''),
      );
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, join(this.#directory, `${name}.ndjson`));
    await this.#sweep();
    return { dropped: await this.#trim() };
  }

  /**
   * Hands the kept events to `send`, oldest first, and forgets each file once
   * `send` has resolved. Does nothing while another process is at it.
   *
   * @returns how many events were handed over
   * @throws what `send` throws; everything not yet sent stays
   */
  async drain(
    maxEvents: number,
    send: (events: JsonEvent[]) => Promise<void>,
  ): Promise<number> {
    if ((await this.#files()).length === 0 || !(await this.#lock())) {
      return 0;
    }
    try {
      return await this.#drainLocked(maxEvents, send);
    } finally {
      await rm(join(this.#directory, LOCK), { force: true });
    }
  }

  async #drainLocked(
    maxEvents: number,
    send: (events: JsonEvent[]) => Promise<void>,
  ): Promise<number> {
    let sent = 0;
    let group: SpoolFile[] = [];
    const flush = async () => {
      const events = (
        await Promise.all(group.map(({ path }) => readEvents(path)))
      ).flat();
      if (events.length > 0) {
        await send(events);
      }
      await Promise.all(group.map(({ path }) => rm(path, { force: true })));
      sent += events.length;
      group = [];
      const now = new Date(this.#now());
      await utimes(join(this.#directory, LOCK), now, now).catch(() => {});
    };
    for (const file of await this.#files()) {
      const waiting = group.reduce((sum, { events }) => sum + events, 0);
      if (group.length > 0 && waiting + file.events > maxEvents) {
        await flush();
      }
      group.push(file);
    }
    await flush();
    return sent;
  }

  /** Complete files, oldest first. */
  async #files(): Promise<SpoolFile[]> {
    let names: string[];
    try {
      names = await readdir(this.#directory);
    } catch (error) {
      if (isMissing(error)) {
        return [];
      }
      throw error;
    }
    return names
      .filter(name => FILE.test(name))
      .sort()
      .map(name => ({
        path: join(this.#directory, name),
        events: Number(FILE.exec(name)![1]),
      }));
  }

  async #trim(): Promise<number> {
    const files = await this.#files();
    const sizes = await Promise.all(
      files.map(({ path }) =>
        stat(path).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    let total = sizes.reduce((sum, size) => sum + size, 0);
    let dropped = 0;
    for (const [index, file] of files.entries()) {
      if (total <= this.#maxBytes) {
        break;
      }
      await rm(file.path, { force: true });
      total -= sizes[index];
      dropped += file.events;
    }
    return dropped;
  }

  /** Removes what processes left behind that died while writing. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      if (PARTIAL.test(name)) {
        const age = await stat(path).then(
          ({ mtimeMs }) => this.#now() - mtimeMs,
          () => 0,
        );
        if (age > STALE_PARTIAL_MS) {
          await rm(path, { force: true });
        }
      }
    }
  }

  /** Two that take a stale lock at once send the same events twice, which changes nothing. */
  async #lock(): Promise<boolean> {
    const path = join(this.#directory, LOCK);
    for (const attempt of [1, 2]) {
      try {
        await (await open(path, 'wx', 0o600)).close();
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          throw error;
        }
      }
      const age = await stat(path).then(
        ({ mtimeMs }) => this.#now() - mtimeMs,
        () => 0,
      );
      if (attempt === 2 || age < STALE_LOCK_MS) {
        return false;
      }
      await rm(path, { force: true });
    }
    return false;
  }
}

const isEvent = (value: unknown): value is JsonEvent =>
  typeof value === 'object' && value !== null;

/** A disk may lie about what it kept; one broken line must not hold up the rest. */
function readEvent(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function readEvents(path: string): Promise<JsonEvent[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
  return text.split('\n').filter(Boolean).map(readEvent).filter(isEvent);
}

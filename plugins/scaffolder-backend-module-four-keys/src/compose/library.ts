import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { readFile } from 'fs/promises';
import { LineCounter, parseDocument } from 'yaml';

/** What a repository is, by which snippets are chosen. */
export interface ComposeAttributes {
  readonly language?: string;
  readonly runtime?: string;
  readonly deployType?: string;
  readonly complianceLevel?: string;
}

/** A piece of a pipeline, and for whom it is. */
export interface Snippet {
  readonly id: string;
  readonly version: string;
  /** Where in the frame it goes. */
  readonly slot: string;
  /** What it says. */
  readonly text: string;
  /** Where it is, for messages. */
  readonly file: string;
  /** What is not named fits everything. */
  readonly when: {
    readonly language?: readonly string[];
    readonly runtime?: readonly string[];
    readonly deployType?: readonly string[];
    /** The least demanding level that it is for. */
    readonly from?: string;
  };
}

/** The snippets of one CI system. */
export interface SnippetModule {
  readonly name: string;
  /** By semver. */
  readonly version: string;
  /** The file that is assembled, relative to the repository. */
  readonly path: string;
  /** The file with its slots. */
  readonly frame: { readonly text: string; readonly file: string };
  readonly snippets: readonly Snippet[];
}

const MODULE_FILE = 'module.yaml';
const VERSION = /^\d+\.\d+\.\d+$/;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function readText(folder: string, file: string, by: string) {
  try {
    return await readFile(resolveSafeChildPath(folder, file), 'utf8');
  } catch (error) {
    throw new InputError(
      `${by} names ${file}, which cannot be read: ${(error as Error).message}`,
    );
  }
}

/** Reads a module's description, and names the line of what is wrong. */
class ModuleReader {
  readonly #counter = new LineCounter();
  readonly #document;
  readonly content: unknown;

  constructor(readonly file: string, text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#counter });
    const [error] = this.#document.errors;
    if (error) {
      this.fail([], error.message.split(' at line')[0], error.pos[0]);
    }
    this.content = this.#document.toJS();
  }

  fail(
    path: readonly (string | number)[],
    problem: string,
    at?: number,
  ): never {
    let found = path;
    let node: unknown;
    while (found.length > 0 && node === undefined) {
      node = this.#document.getIn(found, true);
      found = node === undefined ? found.slice(0, -1) : found;
    }
    const { range } = (node ?? {}) as { range?: [number] };
    const { line } = this.#counter.linePos(at ?? range?.[0] ?? 0);
    throw new InputError(
      `${this.file}, line ${line || 1}: ${path.join('.')} ${problem}`,
    );
  }

  text(value: unknown, path: readonly (string | number)[]): string {
    if (typeof value !== 'string' || value === '') {
      this.fail(path, 'is not a text; write one');
    }
    return value;
  }

  version(value: unknown, path: readonly (string | number)[]): string {
    const version = this.text(value, path);
    if (!VERSION.test(version)) {
      this.fail(path, `is "${version}", it must be a version such as 1.4.0`);
    }
    return version;
  }

  list(value: unknown, path: readonly (string | number)[]) {
    if (value === undefined) {
      return undefined;
    }
    if (!Array.isArray(value)) {
      this.fail(path, 'is not a list; write one');
    }
    return value.map((one, index) => this.text(one, [...path, index]));
  }
}

async function readSnippet(
  reader: ModuleReader,
  folder: string,
  value: unknown,
  index: number,
): Promise<Snippet> {
  const at = (...rest: string[]) => ['snippets', index, ...rest];
  if (!isFields(value)) {
    reader.fail(at(), 'is no snippet; give it id, version, slot and file');
  }
  const when = value.when ?? {};
  if (!isFields(when)) {
    reader.fail(at('when'), 'is not a map');
  }
  const list = (name: string) => reader.list(when[name], at('when', name));
  const file = reader.text(value.file, at('file'));
  return {
    id: reader.text(value.id, at('id')),
    version: reader.version(value.version, at('version')),
    slot: reader.text(value.slot, at('slot')),
    file,
    text: await readText(folder, file, reader.file),
    when: {
      language: list('language'),
      runtime: list('runtime'),
      deployType: list('deployType'),
      from:
        when.from === undefined
          ? undefined
          : reader.text(when.from, at('when', 'from')),
    },
  };
}

/**
 * Reads the snippets of one CI system.
 *
 * @throws InputError naming file, line and field of what is wrong.
 */
export async function readModule(
  library: string,
  ciSystem: string,
): Promise<SnippetModule> {
  const folder = resolveSafeChildPath(library, ciSystem);
  const file = `${ciSystem}/${MODULE_FILE}`;
  let text;
  try {
    text = await readFile(resolveSafeChildPath(folder, MODULE_FILE), 'utf8');
  } catch {
    throw new InputError(
      `ciSystem is "${ciSystem}", but the library has no ${file}; name a folder of the library`,
    );
  }
  const reader: ModuleReader = new ModuleReader(file, text);
  const { content } = reader;
  if (!isFields(content) || !Array.isArray(content.snippets)) {
    reader.fail(['snippets'], 'is not a list; write one');
  }
  const frame = reader.text(content.frame, ['frame']);
  const snippets: Snippet[] = [];
  for (const [index, value] of content.snippets.entries()) {
    snippets.push(await readSnippet(reader, folder, value, index));
  }
  return {
    name: reader.text(content.name, ['name']),
    version: reader.version(content.version, ['version']),
    path: reader.text(content.path, ['path']),
    frame: { file: frame, text: await readText(folder, frame, file) },
    snippets,
  };
}

import { InputError } from '@backstage/errors';
import {
  isMap,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
} from 'yaml';
import { isYamlTemplate } from './template';

/** One file as policies see it; a JSON object of their input. @public */
export interface PolicyFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  /** Of YAML: the content of every document. */
  readonly documents?: readonly unknown[];
  /** Of a Dockerfile: every instruction, with continued lines joined. */
  readonly instructions?: ReadonlyArray<{
    /** From 1. */
    readonly line: number;
    /** In capitals, such as `FROM`. */
    readonly keyword: string;
    readonly arguments: string;
  }>;
  /** Of a Jenkinsfile: every line that is not a comment. */
  readonly lines?: ReadonlyArray<{
    /** From 1. */
    readonly line: number;
    readonly text: string;
  }>;
}

/** A file that was read, and where what it says stands in it. */
export interface Source {
  readonly file: PolicyFile;
  /**
   * The line, from 1, of the field at the path; where there is no such field,
   * of the nearest one around it.
   */
  lineOf(document: number, path: ReadonlyArray<string | number>): number;
}

const IS_YAML = /\.ya?ml$/;
const IS_DOCKERFILE =
  /(^|\/)(Dockerfile|Containerfile)(\.(?!dockerignore$)[^/]*)?$/;
const IS_JENKINSFILE = /(^|\/)Jenkinsfile(\.[^/]*)?$/;

/** Whether policies look into files of this name. */
export function isSource(path: string): boolean {
  return [IS_YAML, IS_DOCKERFILE, IS_JENKINSFILE].some(one => one.test(path));
}

/**
 * Reads a file; undefined where it is a template whose result is not known.
 *
 * @throws InputError naming the file and the line that cannot be parsed.
 */
export function readSource(path: string, text: string): Source | undefined {
  if (IS_YAML.test(path)) {
    return readYaml(path, text);
  }
  const nowhere = () => 1;
  return IS_JENKINSFILE.test(path)
    ? { file: { path, lines: readLines(text) }, lineOf: nowhere }
    : { file: { path, instructions: readDockerfile(text) }, lineOf: nowhere };
}

function readYaml(path: string, text: string): Source | undefined {
  if (isYamlTemplate(text)) {
    return undefined;
  }
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: counter,
    logLevel: 'silent',
  });
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error) {
    throw new InputError(
      `${path}, line ${counter.linePos(error.pos[0]).line}: ${
        error.message.split(' at line')[0]
      }. Correct the file, or exclude it from the check`,
    );
  }
  return {
    file: { path, documents: documents.map(document => toJson(document)) },
    lineOf: (index, fields) => {
      const offset = offsetOf(documents[index]?.contents ?? null, fields);
      return counter.linePos(offset).line || 1;
    },
  };
}

/** YAML has values that JSON has not, such as a date or a map of maps. */
function toJson(document: Document.Parsed): unknown {
  return JSON.parse(
    JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null),
  );
}

/** Where the field stands, or the innermost field around it that exists. */
function offsetOf(
  root: Node | null,
  path: ReadonlyArray<string | number>,
): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => String(item.key) === String(key));
      if (!pair) {
        return offset;
      }
      offset = (pair.key as Node | null)?.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function readDockerfile(text: string): PolicyFile['instructions'] {
  const instructions: Array<{
    line: number;
    keyword: string;
    arguments: string;
  }> = [];
  let open: { line: number; text: string } | undefined;
  text.split(/\r?\n/).forEach((raw, index) => {
    if (/^\s*(#|$)/.test(raw)) {
      return;
    }
    const continued = /\\\s*$/.test(raw);
    open = {
      line: open?.line ?? index + 1,
      text: `${open?.text ?? ''} ${raw.replace(/\\\s*$/, '')}`.trim(),
    };
    if (!continued) {
      const [, keyword, rest] = /^(\S+)\s*(.*)$/s.exec(open.text) ?? [];
      instructions.push({
        line: open.line,
        keyword: keyword.toUpperCase(),
        arguments: rest.trim(),
      });
      open = undefined;
    }
  });
  return instructions;
}

/** The command of a `sh` step, so that it reads as it would in a shell. */
const unwrapped = (line: string) =>
  line.trim().replace(/^(?:sh|bat)\s*\(?\s*(['"]{1,3})(.*?)\1\)?$/, '$2');

function readLines(text: string): PolicyFile['lines'] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, comment => comment.replace(/[^\n]/g, ' '))
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, text: unwrapped(line) }))
    .filter(({ text: line }) => line !== '' && !line.startsWith('//'));
}

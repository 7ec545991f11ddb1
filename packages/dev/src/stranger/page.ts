import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isMap, parseDocument, type YAMLMap } from 'yaml';
import { inRepository } from '../repository';

/** A block of code on a page of the documentation. */
export interface CodeBlock {
  /** The nearest heading above it. */
  readonly heading: string;
  readonly language: string;
  /** The file that it goes into, where the page says so. */
  readonly title: string | undefined;
  readonly code: string;
}

/** The blocks of code of a page in `docs`, in order. */
export async function readPage(name: string): Promise<CodeBlock[]> {
  return codeBlocks(await readFile(inRepository('docs', name), 'utf8'));
}

/** The fenced blocks of a Markdown text, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = '';
  let open: { info: string; lines: string[] } | undefined;
  for (const line of markdown.split('\n')) {
    if (open && line === '```') {
      const [language = ''] = open.info.split(' ');
      const [, title] = /title="([^"]+)"/.exec(open.info) ?? [];
      blocks.push({ heading, language, title, code: open.lines.join('\n') });
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    } else if (line.startsWith('```')) {
      open = { info: line.slice(3), lines: [] };
    } else if (line.startsWith('#')) {
      heading = line.replace(/^#+ /, '');
    }
  }
  return blocks;
}

/**
 * The only block of that language under a heading.
 *
 * @throws Error when the page has none or several, because it then says
 * something else than what this test does
 */
export function blockUnder(
  blocks: readonly CodeBlock[],
  heading: string,
  language: string,
): CodeBlock {
  const found = blocks.filter(
    block => block.heading === heading && block.language === language,
  );
  if (found.length !== 1) {
    throw new Error(
      `The page has ${found.length} blocks of ${language} under "${heading}", not one`,
    );
  }
  return found[0];
}

/** Puts lines above `backend.start()`, where the page says they go. */
export async function addToBackend(app: string, code: string): Promise<void> {
  const file = path.join(app, 'packages', 'backend', 'src', 'index.ts');
  const source = await readFile(file, 'utf8');
  const [before, after, ...more] = source.split('backend.start();');
  if (after === undefined || more.length > 0) {
    throw new Error(`${file} does not start its backend exactly once`);
  }
  await writeFile(file, `${before}${code}\n\nbackend.start();${after}`);
}

/** Merges lines into a file of configuration, as a person would by hand. */
export async function addToConfig(file: string, yaml: string): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'));
  const addition = parseDocument(yaml).contents;
  if (!isMap(document.contents) || !isMap(addition)) {
    throw new Error(`${file} and what is added to it must be maps`);
  }
  merge(document.contents, addition);
  await writeFile(file, document.toString());
}

function merge(into: YAMLMap, from: YAMLMap): void {
  for (const { key, value } of from.items) {
    const present = into.get(key);
    if (isMap(present) && isMap(value)) {
      merge(present, value);
    } else {
      into.set(key, value);
    }
  }
}

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A link that leads nowhere. */
export interface DeadLink {
  /** The page, relative to the repository. */
  readonly page: string;
  readonly line: number;
  readonly target: string;
  readonly problem: string;
}

interface Link {
  readonly line: number;
  readonly target: string;
}

/** Headings as their anchors, and links that stand outside of code. */
function read(markdown: string): { anchors: Set<string>; links: Link[] } {
  const anchors = new Set<string>();
  const links: Link[] = [];
  let inCode = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    if (/^\s*(```|~~~)/.test(text)) {
      inCode = !inCode;
    } else if (!inCode) {
      const [, heading] = /^#+ (.+)$/.exec(text) ?? [];
      if (heading) {
        anchors.add(unusedAnchor(heading, anchors));
      }
      for (const [, id] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) {
        anchors.add(id);
      }
      const prose = text.replace(/`[^`]*`/g, '');
      for (const [, target] of prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)) {
        links.push({ line: index + 1, target });
      }
    }
  }
  return { anchors, links };
}

/** The anchor of a heading, as GitHub and MkDocs make it. */
function unusedAnchor(heading: string, taken: ReadonlySet<string>): string {
  const anchor = heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/ /g, '-');
  let unused = anchor;
  for (let n = 1; taken.has(unused); n += 1) {
    unused = `${anchor}-${n}`;
  }
  return unused;
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/**
 * The links of some pages that lead to no file or to no heading. Addresses of
 * other sites are not asked.
 *
 * @param root - the folder that pages are named from
 * @param pages - Markdown files
 */
export async function deadLinks(
  root: string,
  pages: readonly string[],
): Promise<DeadLink[]> {
  const dead: DeadLink[] = [];
  for (const page of pages) {
    const file = path.join(root, page);
    for (const { line, target } of read(await readFile(file, 'utf8')).links) {
      const problem = await problemOf(file, target);
      if (problem) {
        dead.push({ page, line, target, problem });
      }
    }
  }
  return dead;
}

async function problemOf(
  file: string,
  target: string,
): Promise<string | undefined> {
  if (/^[a-z][a-z+.-]*:/i.test(target)) {
    return undefined;
  }
  const [relative, anchor] = target.split('#');
  const goal = relative
    ? path.resolve(path.dirname(file), decodeURIComponent(relative))
    : file;
  if (!(await exists(goal))) {
    return 'there is no such file';
  }
  if (anchor && goal.endsWith('.md')) {
    const { anchors } = read(await readFile(goal, 'utf8'));
    return anchors.has(anchor) ? undefined : 'the page has no such heading';
  }
  return undefined;
}

import { InputError } from '@backstage/errors';
import { applyEdits, lineEndOf, lineOf, type Edit } from '../edits';
import {
  annotationEntries,
  type StampedText,
  type StampValues,
} from '../values';

/** Labels of images are named by the reversed domain. */
const labelName = (annotation: string) =>
  annotation.replace(/^four-keys\.dev\//, 'dev.four-keys.');

interface Instruction {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const HEREDOC = /(?<!<)<<-?(["']?)([A-Za-z_][A-Za-z0-9_]*)\1/g;

const ESCAPE_DIRECTIVE = /^(?:#[^\n]*\n)*#\s*escape\s*=\s*`/i;

const escapeOf = (text: string) => (ESCAPE_DIRECTIVE.test(text) ? '`' : '\\');

function* linesOf(text: string) {
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\n', start);
    const stop = next === -1 ? text.length : next;
    const line = text.slice(start, stop).replace(/\r$/, '');
    yield { start, end: start + line.length, line };
    start = stop + 1;
  }
}

/** The instructions in order, each with its continuation lines and heredocs. */
function readInstructions(path: string, text: string): Instruction[] {
  const escape = escapeOf(text);
  const instructions: Instruction[] = [];
  let open: { name: string; start: number; body: string } | undefined;
  let heredocs: string[] = [];
  for (const { start, end, line } of linesOf(text)) {
    if (heredocs.length > 0) {
      if (line.replace(/^\t+/, '') === heredocs[0]) {
        heredocs.shift();
      }
    } else {
      const name = /^\s*([^\s#]\S*)/.exec(line)?.[1];
      if (name === undefined) {
        continue;
      }
      open ??= { name: name.toUpperCase(), start, body: '' };
      open.body += line;
      if (line.trimEnd().endsWith(escape)) {
        continue;
      }
      heredocs = /^(?:RUN|COPY|ADD)$/.test(open.name)
        ? [...open.body.matchAll(HEREDOC)].map(([, , word]) => word)
        : [];
    }
    if (open && heredocs.length === 0) {
      instructions.push({ name: open.name, start: open.start, end });
      open = undefined;
    }
  }
  if (open) {
    throw new InputError(
      `${path}, line ${lineOf(text, open.start)}: ${
        open.name
      } is not finished at the end of the file; correct it in the template's skeleton`,
    );
  }
  return instructions;
}

/** Where the values of a label stand in the instructions. */
function findLabel(
  text: string,
  labels: readonly Instruction[],
  name: string,
): Array<{ start: number; end: number }> {
  const key = name.replace(/\./g, '\\.');
  const assignment = new RegExp(
    `\\s(?:${key}|"${key}"|'${key}')=("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"']+)`,
    'g',
  );
  return labels.flatMap(({ start, end }) =>
    [...text.slice(start, end).matchAll(assignment)].map(match => {
      const stop = start + match.index + match[0].length;
      return { start: stop - match[1].length, end: stop };
    }),
  );
}

/**
 * Labels the image that the file builds: in its last stage, because labels of
 * earlier ones are lost, and at its end, so that no layer is built anew.
 *
 * @throws InputError naming file and line where the file cannot be read.
 */
export function stampDockerfile(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  const escape = escapeOf(text);
  const instructions = readInstructions(path, text);
  const from = instructions.map(({ name }) => name).lastIndexOf('FROM');
  if (from === -1) {
    return { text, fields: [], leftAlone: 'it has no FROM' };
  }
  const labels = instructions
    .slice(from)
    .filter(({ name }) => name === 'LABEL');
  const edits: Edit[] = [];
  const added: string[] = [];
  const fields: string[] = [];
  for (const [annotation, value] of annotationEntries(values)) {
    const name = labelName(annotation);
    const quoted = `"${value.replace(/["\\$]/g, one => escape + one)}"`;
    const existing = findLabel(text, labels, name);
    const stale = existing.filter(
      ({ start, end }) => ![quoted, value].includes(text.slice(start, end)),
    );
    edits.push(...stale.map(place => ({ ...place, text: quoted })));
    if (existing.length === 0) {
      added.push(`LABEL ${name}=${quoted}`);
    }
    if (existing.length === 0 || stale.length > 0) {
      fields.push(`LABEL ${name}`);
    }
  }
  if (added.length > 0) {
    const eol = lineEndOf(text);
    const separator = text.endsWith('\n') ? '' : eol;
    edits.push({
      start: text.length,
      end: text.length,
      text: separator + added.map(line => line + eol).join(''),
    });
  }
  return { text: applyEdits(text, edits), fields };
}

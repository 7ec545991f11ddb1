/** Replaces the characters from `start` up to `end` by `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap; those at one place in their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The line end that the text uses, at its first line. */
export function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** Inserts whole lines below the line that holds the character at `offset`. */
export function insertBelow(
  text: string,
  offset: number,
  lines: readonly string[],
): Edit {
  const eol = lineEndOf(text);
  const end = text.indexOf('\n', offset);
  return end === -1
    ? { start: text.length, end: text.length, text: eol + lines.join(eol) }
    : { start: end + 1, end: end + 1, text: lines.join(eol) + eol };
}

/** Inserts whole lines above the line that holds the character at `offset`. */
export function insertAbove(
  text: string,
  offset: number,
  lines: readonly string[],
): Edit {
  const eol = lineEndOf(text);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return { start, end: start, text: lines.join(eol) + eol };
}

/** The number of the line that holds the character at `offset`, from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

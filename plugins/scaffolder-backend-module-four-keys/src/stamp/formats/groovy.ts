/** A block in braces. */
export interface Block {
  /** The words before the brace, such as `environment`. */
  readonly name: string;
  /** The place of the opening brace. */
  readonly open: number;
  /** The place of the closing brace. */
  readonly close: number;
  readonly children: readonly Block[];
}

/** Braces that do not pair, at a place of the text. */
export class UnbalancedBraces extends Error {
  readonly name = 'UnbalancedBraces';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Comments and strings of Groovy, the longest first: within them braces count
 * for nothing. A slash begins a string only where a value may stand.
 */
const OPAQUE =
  /\/\/[^\n]*|\/\*[^]*?\*\/|'''[^]*?'''|"""[^]*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<=[=(,~[]\s*)\/(?![/*])(?:[^/\\\n]|\\.)+\//g;

/** The text with every character of comments and strings replaced by a blank. */
export function blankOpaque(text: string): string {
  return text.replace(OPAQUE, opaque => opaque.replace(/[^\n]/g, ' '));
}

const nameBefore = (text: string, offset: number) =>
  /([A-Za-z_]\w*)[^\S\n]*(?:\([^{}]*\))?\s*$/.exec(
    text.slice(Math.max(0, offset - 200), offset),
  )?.[1] ?? '';

/**
 * The blocks of a Groovy file.
 *
 * @throws UnbalancedBraces
 */
export function readBlocks(text: string): Block[] {
  const plain = blankOpaque(text);
  const root: Block[] = [];
  const stack: Array<{ name: string; open: number; children: Block[] }> = [];
  for (const { 0: brace, index } of plain.matchAll(/[{}]/g)) {
    if (brace === '{') {
      stack.push({ name: nameBefore(plain, index), open: index, children: [] });
      continue;
    }
    const done = stack.pop();
    if (!done) {
      throw new UnbalancedBraces('closes a block that none opened', index);
    }
    const siblings = stack[stack.length - 1]?.children ?? root;
    siblings.push({ ...done, close: index });
  }
  const [unclosed] = stack;
  if (unclosed) {
    throw new UnbalancedBraces('opens a block that none closes', unclosed.open);
  }
  return root;
}

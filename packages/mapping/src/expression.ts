import { InputError } from '@backstage/errors';
import jsonata from 'jsonata';

/** Depth of calls, milliseconds, and items of a list, after which an expression is stopped. */
const LIMITS = { stack: 500, timeout: 200, sequence: 10_000 };

/** What would give another answer tomorrow, or run what a body says. */
const UNBOUND = ['now', 'millis', 'random', 'shuffle', 'eval'];

const NO_REGEX =
  'regular expressions are not allowed, because no limit stops them; use $contains, $split, $substringBefore or $substringAfter with texts';

/**
 * Stands where regular expressions would be made. Neither limit of JSONata
 * reaches into one, and a single one can stop the process for minutes.
 */
class RefusedRegex extends RegExp {
  constructor() {
    super('');
    throw new InputError(NO_REGEX);
  }
}

/** Every node of a syntax tree, whatever its shape. */
function* nodesIn(node: unknown): Generator<jsonata.ExprNode> {
  if (typeof node !== 'object' || node === null) {
    return;
  }
  if ('type' in node) {
    yield node as jsonata.ExprNode;
  }
  for (const child of Object.values(node)) {
    yield* nodesIn(child);
  }
}

/** What an expression uses that it must not. */
function refusalOf(expression: jsonata.Expression): string | undefined {
  for (const { type, value } of nodesIn(expression.ast())) {
    if ((type as string) === 'regex') {
      return `has a regular expression, but ${NO_REGEX}`;
    }
    if (type === 'variable' && UNBOUND.includes(value)) {
      return `uses $${value}, which would give the same body another answer each time; take what you need from the body`;
    }
  }
  return undefined;
}

const messageOf = (error: unknown) =>
  error instanceof Error || (typeof error === 'object' && error !== null)
    ? String((error as { message?: unknown }).message)
    : String(error);

/** An expression that is ready to be asked. */
export type Expression = (
  input: unknown,
  bindings: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

/** JSON only: no functions, no lists that JSONata has marked as its own. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null');

/**
 * @param key - where the expression stands in the configuration
 * @throws InputError that names the key.
 */
export function compileExpression(key: string, text: string): Expression {
  let expression: jsonata.Expression;
  try {
    expression = jsonata(text, {
      ...LIMITS,
      RegexEngine: RefusedRegex as never,
    });
  } catch (error) {
    const { position } = error as { position?: number };
    throw new InputError(
      `${key} cannot be read${
        position === undefined ? '' : ` at character ${position}`
      }: ${messageOf(error)}`,
    );
  }
  const refusal = refusalOf(expression);
  if (refusal) {
    throw new InputError(`${key} ${refusal}`);
  }
  UNBOUND.forEach(name => expression.assign(name, undefined));
  return async (input, bindings) => {
    try {
      return plain(await expression.evaluate(input, { ...bindings }));
    } catch (error) {
      throw new InputError(`${key}: ${messageOf(error)}`);
    }
  };
}

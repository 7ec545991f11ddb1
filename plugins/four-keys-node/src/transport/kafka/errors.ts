/** A message that tells more than the outermost error of kafkajs, which often says "retries exceeded" only. */
export function describeKafkaError(error: unknown): string {
  const [first, ...rest] = [...chain(error)].map(({ message }) => message);
  const causes = rest.filter(
    (message, n) => message !== first && rest.indexOf(message) === n,
  );
  return [first ?? String(error), ...causes].join(': ');
}

/** The protocol error codes in an error and its causes, such as MESSAGE_TOO_LARGE. */
export function kafkaErrorTypes(error: unknown): ReadonlySet<string> {
  return new Set(
    [...chain(error)].flatMap(({ type }) =>
      typeof type === 'string' ? [type] : [],
    ),
  );
}

interface ErrorLike {
  readonly message: string;
  readonly type?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

const isErrorLike = (value: unknown): value is ErrorLike =>
  typeof value === 'object' && value !== null && 'message' in value;

function* chain(error: unknown): Generator<ErrorLike> {
  if (!isErrorLike(error)) {
    return;
  }
  yield error;
  yield* chain(error.cause);
  if (Array.isArray(error.errors)) {
    for (const inner of error.errors) {
      yield* chain(inner);
    }
  }
}

/**
 * SQLSTATE classes that blame the values of a statement: data exceptions,
 * integrity violations, program limits such as an index entry that is too long.
 */
const DATA_CLASSES = new Set(['22', '23', '54']);

/** What a driver throws for a value that it cannot even send. */
const VALUE_ERRORS = new Set(['TypeError', 'RangeError', 'SyntaxError']);

const sqlState = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)
    ? code
    : undefined;
};

/**
 * Whether the record itself is at fault, so that trying again cannot help.
 * Everything else (lost connections, a full disk, a missing table) is a matter
 * of time or of the operator and must never cost a record.
 */
export function isRecordAtFault(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) {
    return DATA_CLASSES.has(state.slice(0, 2));
  }
  return error instanceof Error && VALUE_ERRORS.has(error.name);
}

const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const UNAVAILABLE_STATES =
  /^(08...|53...|57P0.|57014|25006|40001|40P01|55000|55P03|28...|3D000|58...)$/;

const UNAVAILABLE_MESSAGES =
  /Connection terminated|Client has encountered a connection error|not queryable|Unable to acquire a connection|Timeout acquiring a connection|connect ECONN|timeout exceeded when trying to connect|aborted/i;

/** Whether the database (or what stands behind the transport) cannot be reached or cannot write now. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    if (UNAVAILABLE_CODES.has(code) || UNAVAILABLE_STATES.test(code)) {
      return true;
    }
    if (sqlState(error)) {
      return false;
    }
  }
  if (error instanceof AggregateError) {
    return error.errors.some(isUnavailable);
  }
  return (
    error.name === 'KnexTimeoutError' ||
    error.name === 'ServiceUnavailableError' ||
    UNAVAILABLE_MESSAGES.test(error.message) ||
    isUnavailable((error as { cause?: unknown }).cause)
  );
}

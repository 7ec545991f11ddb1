const TOLERANCE = 1e-9;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * Where two answers differ, by path: numbers by more than one part in a
 * billion, anything else at all.
 */
export function differences(
  actual: unknown,
  expected: unknown,
  path = '',
): string[] {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const size = Math.max(Math.abs(actual), Math.abs(expected));
    return Math.abs(actual - expected) <= TOLERANCE * size
      ? []
      : [`${path}: ${actual} instead of ${expected}`];
  }
  if (isObject(actual) && isObject(expected)) {
    const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
    return [...keys].flatMap(key =>
      differences(actual[key], expected[key], `${path}.${key}`),
    );
  }
  return Object.is(actual, expected)
    ? []
    : [
        `${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(
          expected,
        )}`,
      ];
}

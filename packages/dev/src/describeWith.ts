/**
 * A `describe` for suites that need something of the machine. Where it is
 * missing this says so loudly and skips them; under `CI=true` it fails
 * instead, because a suite that never runs is worse than none.
 *
 * @param missing - What is missing, and how to get it; undefined: nothing.
 */
export function describeWith(
  missing: string | undefined,
  name: string,
  suite: () => void,
): void {
  const jest = globalThis;
  if (missing === undefined) {
    jest.describe(name, suite);
  } else if (process.env.CI === 'true') {
    jest.describe(name, () => {
      jest.it('has what it needs', () => {
        throw new Error(missing);
      });
    });
  } else {
    // Past jest's console, which a reporter may swallow.
    process.stderr.write(`\nSKIPPED: ${name}. ${missing}.\n`);
    jest.describe.skip(`${name} (${missing})`, suite);
  }
}

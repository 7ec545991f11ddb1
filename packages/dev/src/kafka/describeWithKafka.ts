import { libsFolder } from './libs';
import { missingForKafka } from './tools';

/**
 * A `describe` for suites that need a broker. Where the machine cannot run
 * one it says so loudly and skips them; under `CI=true` it fails instead,
 * because a suite that never runs is worse than none.
 *
 * @public
 */
export function describeWithKafka(name: string, suite: () => void): void {
  const jest = globalThis;
  const missing = missingForKafka(libsFolder());
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

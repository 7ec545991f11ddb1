import { describeWith } from '../describeWith';
import { missingForOpa } from './binary';

/**
 * A `describe` for suites that need a real Open Policy Agent: skipped loudly
 * where there is no Go to build it, and failing under `CI=true`.
 *
 * @public
 */
export function describeWithOpa(name: string, suite: () => void): void {
  describeWith(missingForOpa(), name, suite);
}

import { describeWith } from '../describeWith';
import { libsFolder } from './libs';
import { missingForKafka } from './tools';

/**
 * A `describe` for suites that need a broker: skipped loudly where the machine
 * cannot run one, and failing under `CI=true`.
 *
 * @public
 */
export function describeWithKafka(name: string, suite: () => void): void {
  describeWith(missingForKafka(libsFolder()), name, suite);
}

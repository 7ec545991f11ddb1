import type { Control } from '../controls';
import type { World } from '../world';

/** Something that is broken on purpose, and the guarantee without which it would be seen. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Whether it is one of those that are run with every change. */
  readonly ci: boolean;
  readonly control: Control;
  /** Breaks something while events come, and leaves one healthy collector at least. */
  readonly run: (world: World) => Promise<void>;
  /** What must hold beside what always must; answers what does not, in sentences. */
  readonly alsoHolds?: (world: World) => Promise<readonly string[]>;
}

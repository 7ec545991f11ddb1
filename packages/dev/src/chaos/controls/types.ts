import type { Finding } from '../oracle';
import type { MemberExtras } from '../members';
import type { World } from '../world';

/**
 * A guarantee that is switched off, so that the oracle must see it. A scenario
 * whose control the oracle does not see proves nothing.
 */
export interface Control {
  readonly name: string;
  /** What the oracle must find; not given: anything that does not hold. */
  readonly sees?: keyof Finding;
  readonly acks?: 0;
  /** What every collector is given, whatever the scenario says. */
  readonly member?: MemberExtras;
  /** Done once the tables are there. */
  readonly breakIt?: (world: World) => Promise<void>;
}

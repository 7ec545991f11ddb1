import type { World } from '../world';

/**
 * A guarantee that is switched off, so that the oracle must see it. A scenario
 * whose control the oracle does not see proves nothing.
 */
export interface Control {
  readonly name: string;
  readonly acks?: 0;
  readonly keepsIdentity?: false;
  /** Done once the tables are there. */
  readonly breakIt?: (world: World) => Promise<void>;
}

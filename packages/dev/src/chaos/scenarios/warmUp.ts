import type { World } from '../world';

/** A group that has read something. */
export async function warmUp(world: World): Promise<void> {
  await world.traffic.send(200);
  await world.untilStored(0);
}

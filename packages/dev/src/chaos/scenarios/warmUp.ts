import type { World } from '../world';

/** Has the collectors that run read something, so that there is a state that can be lost. */
export async function warmUp(world: World): Promise<void> {
  await world.traffic.send(200);
  await world.untilRead();
}

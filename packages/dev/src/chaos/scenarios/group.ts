import { sleep } from '../../process/signals';
import { POSITIONS_GUESSED } from '../controls';
import type { Scenario } from './types';
import { warmUp } from './warmUp';

/** Longer than a session, so that the group has given the partitions to others. */
const FROZEN_MS = 14_000;

export const rebalance: Scenario = {
  name: 'rebalance',
  title: 'From one collector to three and back to one, one of them killed',
  ci: true,
  control: POSITIONS_GUESSED,
  run: async world => {
    const first = await world.member();
    await warmUp(world);
    await world.traffic.during(async () => {
      const others = await Promise.all([world.member(), world.member()]);
      await world.untilStored(200);
      first.signal('SIGTERM');
      await first.exited;
      await others[0].kill();
      world.faultIsOver();
      await world.untilStored(200);
    });
  },
};

export const frozen: Scenario = {
  name: 'frozen',
  title:
    'A collector frozen past its session, whose partitions others took, and continued',
  ci: true,
  control: POSITIONS_GUESSED,
  run: async world => {
    const [zombie] = await Promise.all([world.member(), world.member()]);
    await warmUp(world);
    await world.traffic.during(async () => {
      await world.untilStored(100);
      zombie.signal('SIGSTOP');
      await sleep(FROZEN_MS);
      zombie.signal('SIGCONT');
      world.faultIsOver();
      await world.untilStored(200);
    });
  },
};

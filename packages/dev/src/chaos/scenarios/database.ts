import { sleep } from '../../process/signals';
import { NO_WRITE_AHEAD_LOG } from '../controls';
import type { Scenario } from './types';
import { warmUp } from './warmUp';

export const database: Scenario = {
  name: 'database',
  title: 'PostgreSQL crashing, and coming back, while events come',
  ci: true,
  control: NO_WRITE_AHEAD_LOG,
  run: async world => {
    await world.member();
    await warmUp(world);
    await world.traffic.during(async () => {
      for (let n = 0; n < 2; n += 1) {
        await sleep(world.random.between(500, 2_000));
        await world.crashDatabase(world.random.between(200, 4_000));
      }
      world.faultIsOver();
      await world.untilStored(100);
    });
  },
};

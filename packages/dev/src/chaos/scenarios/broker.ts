import { sleep } from '../../process/signals';
import { NO_ACKNOWLEDGEMENT } from '../controls';
import type { Scenario } from './types';
import { warmUp } from './warmUp';

export const broker: Scenario = {
  name: 'broker',
  title: 'The broker killed and stopped while events come',
  ci: true,
  control: NO_ACKNOWLEDGEMENT,
  run: async world => {
    await world.member();
    await warmUp(world);
    const server = world.servers.broker;
    await world.traffic.during(async () => {
      for (const end of ['kill', 'halt'] as const) {
        await sleep(world.random.between(500, 2_000));
        await server[end]();
        await sleep(world.random.between(500, 2_000));
        await server.restart();
      }
      world.faultIsOver();
      await world.untilStored(100);
    });
  },
};

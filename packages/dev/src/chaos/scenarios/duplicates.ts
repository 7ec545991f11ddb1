import { NO_IDENTITY } from '../controls';
import type { Scenario } from './types';

export const duplicates: Scenario = {
  name: 'duplicates',
  title: 'Events told again, and the whole topic read again',
  ci: true,
  control: NO_IDENTITY,
  run: async world => {
    const member = await world.member();
    await world.traffic.send(600);
    await world.untilRead();
    await world.traffic.repeat(0.05);
    await world.untilRead();
    member.signal('SIGTERM');
    await member.exited;
    await world.knex('four_keys_kafka_positions').delete();
    await world.traffic.send(100);
    world.faultIsOver();
    await world.member();
  },
};

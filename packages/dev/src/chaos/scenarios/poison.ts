import { NO_DEAD_LETTERS } from '../controls';
import type { Scenario } from './types';

export const poison: Scenario = {
  name: 'poison',
  title:
    'Rubbish among events, then nothing but rubbish in one partition, until a person lets it go on',
  ci: true,
  control: NO_DEAD_LETTERS,
  run: async world => {
    const member = await world.member();
    await world.traffic.during(() => world.untilStored(300), { rubbish: 0.3 });
    const partition = world.random.between(0, world.partitions - 1);
    await world.traffic.writeRubbish(150, partition);
    await world.until('the partition stands still', async () => {
      const rows = await world.knex('quarantines').where({ partition });
      return rows.length > 0;
    });
    await world.traffic.send(100);
    world.faultIsOver();
    const answer = await member.post(
      `/pipeline/quarantine/${partition}/release`,
    );
    if (!answer.ok) {
      throw new Error(
        `The partition was not let go on: ${await answer.text()}`,
      );
    }
  },
};

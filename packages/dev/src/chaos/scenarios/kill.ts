import { POSITIONS_GUESSED } from '../controls';
import type { Scenario } from './types';

const PHASES = ['received', 'stored', 'committed', 'acknowledged'] as const;

export const kill: Scenario = {
  name: 'kill',
  title:
    'A collector killed before, in and after its transaction, and after the offset commit',
  ci: true,
  control: POSITIONS_GUESSED,
  run: async world => {
    await world.traffic.during(async () => {
      for (const phase of PHASES) {
        const dieAt = `${phase}:${world.random.between(2, 6)}`;
        const member = await world.member(dieAt);
        await member.exited;
      }
      world.faultIsOver();
      await world.member();
    });
  },
};

import { sleep } from '../process/signals';
import {
  type Control,
  NO_ACKNOWLEDGEMENT,
  NO_DEAD_LETTERS,
  NO_IDENTITY,
  POSITIONS_AHEAD,
} from './controls';
import type { World } from './world';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Whether it is one of those that are run with every change. */
  readonly ci: boolean;
  readonly control: Control;
  /** Breaks something while events come, and leaves one healthy collector at least. */
  readonly run: (world: World) => Promise<void>;
}

/** Longer than a session, so that the group has given the partitions to others. */
const FROZEN_MS = 14_000;
const PHASES = ['received', 'stored', 'committed', 'acknowledged'] as const;

/** A group that has read something. */
async function warmUp(world: World): Promise<void> {
  await world.traffic.send(200);
  await world.untilStored(0);
}

const kill: Scenario = {
  name: 'kill',
  title:
    'A collector killed before, in and after its transaction, and after the offset commit',
  ci: true,
  control: POSITIONS_AHEAD,
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

const broker: Scenario = {
  name: 'broker',
  title: 'The broker killed and stopped while events come',
  ci: true,
  control: NO_ACKNOWLEDGEMENT,
  run: async world => {
    await warmUp(world);
    await world.member();
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

const database: Scenario = {
  name: 'database',
  title: 'PostgreSQL crashing, and coming back, while events come',
  ci: true,
  control: POSITIONS_AHEAD,
  run: async world => {
    await warmUp(world);
    await world.member();
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

const rebalance: Scenario = {
  name: 'rebalance',
  title: 'From one collector to three and back to one, one of them killed',
  ci: true,
  control: POSITIONS_AHEAD,
  run: async world => {
    await warmUp(world);
    const first = await world.member();
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

const frozen: Scenario = {
  name: 'frozen',
  title:
    'A collector frozen past its session, whose partitions others took, and continued',
  ci: true,
  control: POSITIONS_AHEAD,
  run: async world => {
    await warmUp(world);
    const [zombie] = await Promise.all([world.member(), world.member()]);
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

const duplicates: Scenario = {
  name: 'duplicates',
  title: 'Events told again, and the whole topic read again',
  ci: true,
  control: NO_IDENTITY,
  run: async world => {
    const member = await world.member();
    await world.traffic.send(600);
    await world.traffic.repeat(0.05);
    await world.untilStored(0);
    member.signal('SIGTERM');
    await member.exited;
    await world.knex('four_keys_kafka_positions').delete();
    await world.traffic.send(100);
    world.faultIsOver();
    await world.member();
  },
};

const poison: Scenario = {
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

export const SCENARIOS: readonly Scenario[] = [
  kill,
  broker,
  database,
  rebalance,
  frozen,
  duplicates,
  poison,
];

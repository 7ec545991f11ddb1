import { NEIGHBOURS_SUFFER } from '../controls';
import { toMessage } from '../traffic';
import type { World } from '../world';
import type { Scenario } from './types';

const POISON = 'poison-one';

/** A database that refuses a record which the contract allows, until somebody mends that. */
async function refusePoison({ knex }: World): Promise<void> {
  await knex.raw(`
    CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'this record is refused' USING ERRCODE = '22023';
    END $$;
    CREATE TRIGGER refuse_poison BEFORE INSERT ON claims
      FOR EACH ROW WHEN (NEW.id = '${POISON}') EXECUTE FUNCTION refuse_poison();
  `);
}

const mend = ({ knex }: World) =>
  knex.raw('DROP TRIGGER refuse_poison ON claims');

export const onePoison: Scenario = {
  name: 'one-poison',
  title:
    'One record of a good batch that the database refuses, then mended and replayed twice',
  ci: false,
  control: NEIGHBOURS_SUFFER,
  run: async world => {
    const { traffic, random } = world;
    await refusePoison(world);
    const batch = traffic.make(150);
    const poison = { ...batch[0], id: POISON };
    const place = random.between(0, batch.length - 1);
    batch[place] = poison;
    await traffic.tell(batch.map(toMessage), {
      events: batch.length,
      letters: { not_storable: 1 },
    });
    const member = await world.member();
    await traffic.send(100);
    await world.untilRead();
    await mend(world);
    for (let n = 0; n < 2; n += 1) {
      const answer = await member.post('/dead-letters/replay', {
        source: poison.source,
      });
      if (!answer.ok) {
        throw new Error(`The replay was refused: ${await answer.text()}`);
      }
      await world.untilRead();
    }
    world.faultIsOver();
  },
  alsoHolds: async ({ knex }) => {
    const waiting = await knex('dead_letters').whereNull('replayed_at');
    return waiting.length === 0
      ? []
      : [`${waiting.length} dead letters wait after the replay`];
  },
};

import type { World } from './world';

/**
 * A guarantee that is switched off, so that the oracle must see it. A scenario
 * whose control the oracle does not see proves nothing.
 */
export interface Control {
  readonly name: string;
  readonly acks?: 0;
  readonly keepsIdentity?: false;
  /** Done once the tables are there. */
  readonly breakIt?: (world: World) => Promise<void>;
}

/** Positions run a record ahead of what is stored, as with a consumer that commits first. */
export const POSITIONS_AHEAD: Control = {
  name: 'positions are saved ahead of the events',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_ahead() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.next_offset = 0 AND NEW.next_offset > 0 THEN
          NEW.next_offset := NEW.next_offset + 1;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER chaos_ahead BEFORE UPDATE ON four_keys_kafka_positions
        FOR EACH ROW EXECUTE FUNCTION chaos_ahead();
    `),
};

export const NO_DEAD_LETTERS: Control = {
  name: 'dead letters are not kept',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_forget() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER chaos_forget BEFORE INSERT ON dead_letters
        FOR EACH ROW EXECUTE FUNCTION chaos_forget();
    `),
};

export const NO_IDENTITY: Control = {
  name: 'an event that is told again gets another identity',
  keepsIdentity: false,
};

export const NO_ACKNOWLEDGEMENT: Control = {
  name: 'the producer does not wait for the broker',
  acks: 0,
};

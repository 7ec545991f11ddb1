import type { Control } from './types';

/** Whoever takes a partition over guesses where the one before it was, and is a record off. */
export const POSITIONS_GUESSED: Control = {
  name: 'a partition that changes hands is read on one record later',
  sees: 'lost',
  breakIt: ({ knex }) =>
    // Positions that are there are inserted again, to no effect, by whoever is
    // given their partition.
    knex.raw(`
      CREATE FUNCTION chaos_guess() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE four_keys_kafka_positions SET next_offset = next_offset + 1
        WHERE group_name = NEW.group_name AND topic = NEW.topic
          AND partition = NEW.partition AND next_offset > 0;
        RETURN NEW;
      END $$;
      CREATE TRIGGER chaos_guess BEFORE INSERT ON four_keys_kafka_positions
        FOR EACH ROW EXECUTE FUNCTION chaos_guess();
    `),
};

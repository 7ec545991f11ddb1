import type { Control } from './types';

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

import { HARNESS } from '../names';
import type { Control } from './types';

/** As with a pipeline that takes the time of receipt for the time of what happened. */
export const ARRIVAL_DECIDES: Control = {
  name: 'events happened when they were read',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_arrival() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW."time" := clock_timestamp(); RETURN NEW; END $$;
      CREATE TRIGGER chaos_arrival BEFORE INSERT ON claims
        FOR EACH ROW EXECUTE FUNCTION chaos_arrival();
    `),
};

export const LAST_WINS: Control = {
  name: 'an event that is told otherwise replaces the first',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_last_wins() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE claims SET payload = NEW.payload, data = NEW.data
          WHERE identity = NEW.identity;
        IF FOUND THEN
          RETURN NULL;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER chaos_last_wins BEFORE INSERT ON claims
        FOR EACH ROW EXECUTE FUNCTION chaos_last_wins();
    `),
};

/** What the oracle marks itself, to derive everything anew, is let through. */
export const LATE_IS_IGNORED: Control = {
  name: 'what is late does not change what is derived',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_late() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.from_time < now() - interval '300 days'
            AND current_setting('application_name') <> '${HARNESS}' THEN
          RETURN NULL;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER chaos_late BEFORE INSERT ON dirty
        FOR EACH ROW EXECUTE FUNCTION chaos_late();
    `),
};

export const CLOCK_AHEAD: Control = {
  name: 'the clock of the collector is two hours ahead',
  member: { clockAheadMs: 2 * 3_600_000 },
};

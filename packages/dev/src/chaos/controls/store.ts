import type { Control } from './types';

export const NO_WRITE_AHEAD_LOG: Control = {
  name: 'the events are not in the write-ahead log of the database',
  sees: 'lost',
  breakIt: ({ knex }) => knex.raw('ALTER TABLE claims SET UNLOGGED'),
};

export const NO_IDENTITY: Control = {
  name: 'an event that is known is stored again, as another one',
  sees: 'duplicated',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_rename() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM claims WHERE identity = NEW.identity) THEN
          NEW.identity := gen_random_uuid();
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER chaos_rename BEFORE INSERT ON claims
        FOR EACH ROW EXECUTE FUNCTION chaos_rename();
    `),
};

import type { Control } from './types';

export const NO_DEAD_LETTERS: Control = {
  name: 'dead letters are not kept',
  sees: 'lost',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_forget() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER chaos_forget BEFORE INSERT ON dead_letters
        FOR EACH ROW EXECUTE FUNCTION chaos_forget();
    `),
};

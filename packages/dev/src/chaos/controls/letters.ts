import type { Control } from './types';

/** As with a pipeline that keeps of what it cannot read what it can read. */
export const BYTES_ARE_CUT: Control = {
  name: 'dead letters are kept without the end of their bytes',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE FUNCTION chaos_cut() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.payload := substring(NEW.payload FROM 1 FOR 1000);
        RETURN NEW;
      END $$;
      CREATE TRIGGER chaos_cut BEFORE INSERT ON dead_letters
        FOR EACH ROW EXECUTE FUNCTION chaos_cut();
    `),
};

/** What a statement of a transaction that fails has done is undone, but not what it drew from a sequence. */
export const NEIGHBOURS_SUFFER: Control = {
  name: 'the neighbours of a record that is refused are refused with it',
  breakIt: ({ knex }) =>
    knex.raw(`
      CREATE SEQUENCE chaos_refused;
      CREATE FUNCTION chaos_neighbours() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        refused bigint;
      BEGIN
        SELECT CASE WHEN is_called THEN last_value ELSE 0 END
          INTO refused FROM chaos_refused;
        IF NEW.id LIKE 'poison%' OR refused BETWEEN 1 AND 40 THEN
          PERFORM nextval('chaos_refused');
          RAISE EXCEPTION 'refused with its neighbours' USING ERRCODE = '22023';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER chaos_neighbours BEFORE INSERT ON claims
        FOR EACH ROW EXECUTE FUNCTION chaos_neighbours();
    `),
};

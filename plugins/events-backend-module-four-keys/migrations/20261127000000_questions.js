// @ts-check

/**
 * Questions to the APIs of vendors that wait for an answer, and how far
 * imports have come.
 *
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.up = async function up(knex) {
  await knex.raw(`
    CREATE TABLE four_keys_lookups (
      source text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      container text NOT NULL,
      question jsonb NOT NULL,
      attempts integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL,
      not_before timestamptz NOT NULL,
      last_error text NULL,
      PRIMARY KEY (source, key)
    );
    COMMENT ON TABLE four_keys_lookups IS 'Questions that only the API of a vendor answers; a row goes once it is answered';
    COMMENT ON COLUMN four_keys_lookups.source IS 'The source of the events that the answer gives';
    COMMENT ON COLUMN four_keys_lookups.key IS 'The id of the event that the answer completes';
    COMMENT ON COLUMN four_keys_lookups.container IS 'The repository or project whose credentials are needed';
    COMMENT ON COLUMN four_keys_lookups.question IS 'What the source needs to know to ask';
    COMMENT ON COLUMN four_keys_lookups.attempts IS 'How often it was asked';
    COMMENT ON COLUMN four_keys_lookups.created_at IS 'When the webhook arrived';
    COMMENT ON COLUMN four_keys_lookups.not_before IS 'When to ask next; also the end of the lease of whoever asks now';
    COMMENT ON COLUMN four_keys_lookups.last_error IS 'Why the last attempt failed; null: it did not';
    CREATE INDEX four_keys_lookups_not_before_idx ON four_keys_lookups (not_before);

    CREATE TABLE four_keys_imports (
      source text COLLATE "C" NOT NULL,
      container text COLLATE "C" NOT NULL,
      since timestamptz NOT NULL,
      until timestamptz NOT NULL,
      cursor text NULL,
      done boolean NOT NULL DEFAULT false,
      updated_at timestamptz NOT NULL,
      PRIMARY KEY (source, container)
    );
    COMMENT ON TABLE four_keys_imports IS 'How far each repository or project was last compared with what the vendor remembers';
    COMMENT ON COLUMN four_keys_imports.source IS 'The source of the events';
    COMMENT ON COLUMN four_keys_imports.container IS 'The repository or project';
    COMMENT ON COLUMN four_keys_imports.since IS 'Start of the window, inclusive';
    COMMENT ON COLUMN four_keys_imports.until IS 'End of the window, exclusive';
    COMMENT ON COLUMN four_keys_imports.cursor IS 'Where to go on within the window; null: at its start';
    COMMENT ON COLUMN four_keys_imports.done IS 'Whether all of the window was read';
    COMMENT ON COLUMN four_keys_imports.updated_at IS 'When the row was last changed';
  `);
};

/**
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.down = async function down(knex) {
  await knex.raw(`
    DROP TABLE four_keys_imports;
    DROP TABLE four_keys_lookups;
  `);
};

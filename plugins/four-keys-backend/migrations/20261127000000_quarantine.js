// @ts-check

/**
 * What is kept of partitions that stand still, and of what the collector has
 * still to write to other topics.
 *
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.up = async function up(knex) {
  await knex.raw(`
    CREATE TABLE quarantines (
      transport text NOT NULL,
      partition integer NOT NULL,
      since timestamptz NOT NULL,
      reason text NOT NULL,
      rejected integer NOT NULL,
      seen integer NOT NULL,
      next_trial_at timestamptz NOT NULL,
      released_at timestamptz NULL,
      PRIMARY KEY (transport, partition)
    );
    COMMENT ON TABLE quarantines IS 'Partitions that stand still because too many of their records cannot be used';
    COMMENT ON COLUMN quarantines.rejected IS 'Of the last records that were looked at, how many could not be used';
    COMMENT ON COLUMN quarantines.seen IS 'How many records were looked at';
    COMMENT ON COLUMN quarantines.next_trial_at IS 'When the collector tries by itself whether the records are good again';
    COMMENT ON COLUMN quarantines.released_at IS 'When a person let the partition go on: what waited then no longer counts; null: it stands still';

    ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_transport_partition_position_key;
    -- A topic that was made anew counts its positions from the beginning.
    ALTER TABLE dead_letters ADD CONSTRAINT dead_letters_record_key_unique
      UNIQUE (transport, partition, position, received_at);
    ALTER TABLE dead_letters ADD COLUMN forwarded_at timestamptz NULL;
    COMMENT ON COLUMN dead_letters.forwarded_at IS 'When it was written to the dead-letter topic; null: not yet, or there is none';
    CREATE INDEX dead_letters_forward_idx ON dead_letters (id) WHERE forwarded_at IS NULL;

    CREATE TABLE state_changes (
      service text COLLATE "C" PRIMARY KEY,
      changed_at timestamptz NOT NULL
    );
    COMMENT ON TABLE state_changes IS 'Services whose state has still to be written to the state topic';
  `);
};

/**
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.down = async function down(knex) {
  await knex.raw(`
    DROP TABLE state_changes;
    DROP INDEX dead_letters_forward_idx;
    ALTER TABLE dead_letters DROP COLUMN forwarded_at;
    ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_record_key_unique;
    ALTER TABLE dead_letters ADD CONSTRAINT dead_letters_transport_partition_position_key
      UNIQUE (transport, partition, position);
    DROP TABLE quarantines;
  `);
};

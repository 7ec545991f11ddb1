// @ts-check

/**
 * What the collector and the enrichment keep beside the facts.
 *
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.up = async function up(knex) {
  await knex.raw(`
    CREATE TABLE service_entities (
      service text COLLATE "C" PRIMARY KEY,
      entity_ref text COLLATE "C" NULL,
      incident_source boolean NOT NULL DEFAULT false,
      kind text NULL,
      title text NULL,
      risk text NULL,
      slo text NULL,
      removed_at timestamptz NULL,
      updated_at timestamptz NOT NULL
    );
    COMMENT ON TABLE service_entities IS 'Every service that an event or the catalog names, and the entity under which it is shown';
    COMMENT ON COLUMN service_entities.service IS 'The raw service_id of the events';
    COMMENT ON COLUMN service_entities.entity_ref IS 'The catalog entity of the service; null: unregistered';
    COMMENT ON COLUMN service_entities.incident_source IS 'The entity carries an annotation of an incident tool';
    COMMENT ON COLUMN service_entities.kind IS 'The kind of the entity, lower case';
    COMMENT ON COLUMN service_entities.title IS 'What people call the entity';
    COMMENT ON COLUMN service_entities.risk IS 'The annotation four-keys.dev/risk';
    COMMENT ON COLUMN service_entities.slo IS 'The annotation four-keys.dev/slo';
    COMMENT ON COLUMN service_entities.removed_at IS 'When the entity was found to be gone from the catalog; null: it is there';
    COMMENT ON COLUMN service_entities.updated_at IS 'When the row was last changed';
    CREATE INDEX service_entities_entity_ref_idx ON service_entities (entity_ref);

    CREATE TABLE service_holders (
      service text COLLATE "C" NOT NULL,
      dimension text NOT NULL CHECK (dimension IN ('owner', 'system', 'domain')),
      from_time timestamptz NOT NULL,
      holder text COLLATE "C" NULL,
      PRIMARY KEY (service, dimension, from_time)
    );
    COMMENT ON TABLE service_holders IS 'Which team, system and domain held a service when; a row holds until the next one';
    COMMENT ON COLUMN service_holders.from_time IS 'When the change was seen; the first row of a service holds from 1970';
    COMMENT ON COLUMN service_holders.holder IS 'An entity ref; null: nobody since then';
    CREATE INDEX service_holders_holder_idx ON service_holders (dimension, holder);

    CREATE TABLE dead_letters (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      received_at timestamptz NOT NULL,
      stage text NOT NULL,
      code text NOT NULL,
      message text NOT NULL,
      field text NULL,
      event_source text NULL,
      event_id text NULL,
      event_type text NULL,
      transport text NOT NULL,
      partition integer NOT NULL,
      position text NOT NULL,
      record_key text NULL,
      headers jsonb NOT NULL,
      payload bytea NULL,
      replayed_at timestamptz NULL,
      UNIQUE (transport, partition, position)
    );
    COMMENT ON TABLE dead_letters IS 'Records that could not be stored, their bytes untouched';
    COMMENT ON COLUMN dead_letters.stage IS 'Where it was rejected: decode, validate or store';
    COMMENT ON COLUMN dead_letters.code IS 'The reason, one of the codes of docs/errors.md';
    COMMENT ON COLUMN dead_letters.payload IS 'The value as it was read; null: the producer wrote none';
    COMMENT ON COLUMN dead_letters.replayed_at IS 'When it was sent through the pipeline again';

    CREATE TABLE source_stats (
      source text COLLATE "C" PRIMARY KEY,
      total bigint NOT NULL DEFAULT 0,
      rejected bigint NOT NULL DEFAULT 0,
      conflicts bigint NOT NULL DEFAULT 0,
      last_event_at timestamptz NULL,
      last_received_at timestamptz NULL
    );
    COMMENT ON TABLE source_stats IS 'What each source has sent since the beginning';
    COMMENT ON COLUMN source_stats.source IS 'The source of the events, cut to 200 characters';
    COMMENT ON COLUMN source_stats.total IS 'Events received, redelivered ones included';
    COMMENT ON COLUMN source_stats.rejected IS 'Events that were not taken';
    COMMENT ON COLUMN source_stats.conflicts IS 'Events whose identity was taken by another payload';

    CREATE TABLE source_rates (
      source text COLLATE "C" NOT NULL,
      minute timestamptz NOT NULL,
      received integer NOT NULL,
      PRIMARY KEY (minute, source)
    );
    COMMENT ON TABLE source_rates IS 'Events received by minute; kept for two hours';

    CREATE TABLE settings (
      key text PRIMARY KEY,
      value text NOT NULL
    );
    COMMENT ON TABLE settings IS 'Values that belong to this installation, such as the key of the initiator hash';
  `);
};

/**
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.down = async function down(knex) {
  await knex.raw(`
    DROP TABLE settings;
    DROP TABLE source_rates;
    DROP TABLE source_stats;
    DROP TABLE dead_letters;
    DROP TABLE service_holders;
    DROP TABLE service_entities;
  `);
};

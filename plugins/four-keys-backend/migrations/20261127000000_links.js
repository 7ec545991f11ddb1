// @ts-check

/**
 * Where people read about a deployment and a change, who corrected the link of
 * an incident, and a way to the runs of templates that does not read all claims.
 *
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.up = async function up(knex) {
  await knex.raw(`
    ALTER TABLE deployments ADD COLUMN repository text, ADD COLUMN url text;
    COMMENT ON COLUMN deployments.repository IS 'Repository as its events, or those of its commit, give it';
    COMMENT ON COLUMN deployments.url IS 'Link to its pipeline run as given';

    ALTER TABLE changes ADD COLUMN url text;
    COMMENT ON COLUMN changes.url IS 'Link to its pull request, or to the commit where it has none, as given';

    ALTER TABLE incidents ADD COLUMN corrected_by text,
      ADD COLUMN corrected_at timestamptz, ADD COLUMN correction_reason text;
    COMMENT ON COLUMN incidents.corrected_by IS 'Who corrected its link last; null: nobody, or not recorded';
    COMMENT ON COLUMN incidents.corrected_at IS 'When its link was corrected last';
    COMMENT ON COLUMN incidents.correction_reason IS 'The reason that was given';

    CREATE INDEX claims_scaffolds ON claims ("time") WHERE kind IN ('scaffold.started', 'scaffold.completed');
    CREATE INDEX claims_first_changes ON claims ((data->>'correlation_id'))
      WHERE kind = 'change.created' AND data->>'correlation_id' IS NOT NULL;

    -- What is derived already lacks the new columns: everything is derived anew.
    DELETE FROM derivation_settings;
  `);
};

/**
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.down = async function down(knex) {
  await knex.raw(`
    DROP INDEX claims_scaffolds;
    DROP INDEX claims_first_changes;
    ALTER TABLE incidents DROP COLUMN corrected_by, DROP COLUMN corrected_at,
      DROP COLUMN correction_reason;
    ALTER TABLE changes DROP COLUMN url;
    ALTER TABLE deployments DROP COLUMN repository, DROP COLUMN url;
    DELETE FROM derivation_settings;
  `);
};

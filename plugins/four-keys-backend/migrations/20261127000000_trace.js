// @ts-check

/**
 * What finds the story of a correlation id without reading everything.
 *
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.up = async function up(knex) {
  await knex.raw(`
    CREATE INDEX claims_correlation ON claims ((data->>'correlation_id'), "time")
      WHERE data->>'correlation_id' IS NOT NULL;
    CREATE INDEX claims_policy_run ON claims ((data->>'run_id'))
      WHERE kind = 'policy.evaluated';
    CREATE INDEX deployments_correlation ON deployments (correlation_id)
      WHERE correlation_id IS NOT NULL;
  `);
};

/**
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.down = async function down(knex) {
  await knex.raw(`
    DROP INDEX deployments_correlation;
    DROP INDEX claims_policy_run;
    DROP INDEX claims_correlation;
  `);
};

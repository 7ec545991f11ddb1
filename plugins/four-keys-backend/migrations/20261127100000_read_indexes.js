// @ts-check

/**
 * Indexes that answer what a fleet and a table ask without a look at the rows,
 * and in the order in which services and their deployments are walked.
 *
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.up = async function up(knex) {
  await knex.raw(`
    CREATE INDEX deployments_finished ON deployments (service, tier, finished_at)
      INCLUDE (status, contents_known)
      WHERE counted AND status IN ('success', 'failure');

    DROP INDEX releases_service;
    CREATE INDEX releases_service ON releases (service, tier, finished_at)
      INCLUDE (rollback, rework, failed);
  `);
};

/**
 * @param { import('knex').Knex } knex
 * @returns { Promise<void> }
 */
exports.down = async function down(knex) {
  await knex.raw(`
    DROP INDEX deployments_finished;
    DROP INDEX releases_service;
    CREATE INDEX releases_service ON releases (service, tier, finished_at);
  `);
};

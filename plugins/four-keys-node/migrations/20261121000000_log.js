// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('four_keys_log_settings', table => {
    table.comment('What holds for the whole log; one row');
    table
      .boolean('singleton')
      .primary()
      .defaultTo(true)
      .comment('Always true: there is one row');
    table
      .smallint('partitions')
      .notNullable()
      .comment('How many partitions keys are spread over; fixed for good');
    table
      .bigint('xid_offset')
      .notNullable()
      .defaultTo(0)
      .comment(
        'Added to transaction ids, so that they go on rising when the database moves to another server',
      );
    table
      .timestamp('created_at')
      .notNullable()
      .defaultTo(knex.fn.now())
      .comment('When the log was created');
    table.check('singleton', [], 'four_keys_log_settings_one_row');
  });

  await knex.schema.createTable('four_keys_log', table => {
    table.comment(
      'Append-only log of events, read in the order of (xid, position) within a partition',
    );
    table
      .smallint('partition')
      .notNullable()
      .comment('The hash of the key modulo the number of partitions');
    table
      .bigint('xid')
      .notNullable()
      .comment('The transaction that appended the record, plus xid_offset');
    table
      .specificType('position', 'bigint generated always as identity')
      .notNullable()
      .comment('The order within the transaction');
    table.text('key').notNullable().comment('The partition key');
    table.binary('value').comment('The record as it was sent');
    table.jsonb('headers').comment('Text headers by name; null: none');
    table
      .timestamp('appended_at')
      .notNullable()
      .defaultTo(knex.fn.now())
      .comment('When the record was appended');
    table.primary(['partition', 'xid', 'position']);
  });
  // Rows are only ever deleted by retention, a chunk at a time and from the
  // front. Vacuum must follow soon, or reading the front walks dead rows.
  await knex.raw(`
    ALTER TABLE four_keys_log SET (
      autovacuum_vacuum_scale_factor = 0.02,
      autovacuum_vacuum_insert_scale_factor = 0.1
    )
  `);

  await knex.schema.createTable('four_keys_log_members', table => {
    table.comment('Consumers that are alive, by group');
    table.text('group_name').notNullable().comment('The consumer group');
    table.text('member').notNullable().comment('The consumer');
    table
      .timestamp('expires_at')
      .notNullable()
      .comment('Until when it counts as alive without another sign of life');
    table.primary(['group_name', 'member']);
  });

  await knex.schema.createTable('four_keys_log_cursors', table => {
    table.comment('How far each consumer group has read each partition');
    table.text('group_name').notNullable().comment('The consumer group');
    table.smallint('partition').notNullable().comment('The partition');
    table
      .bigint('xid')
      .notNullable()
      .defaultTo(0)
      .comment('The xid of the last record read; 0: none');
    table
      .bigint('position')
      .notNullable()
      .defaultTo(0)
      .comment('The position of the last record read; 0: none');
    table.text('owner').comment('The member that reads it; null: nobody');
    table
      .bigint('epoch')
      .notNullable()
      .defaultTo(0)
      .comment('Grows with every change of owner; fences off former owners');
    table.timestamp('saved_at').comment('When the position was last saved');
    table.primary(['group_name', 'partition']);
  });
  // A position is saved with every batch: room on the page keeps these
  // updates off the index.
  await knex.raw(`ALTER TABLE four_keys_log_cursors SET (fillfactor = 50)`);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('four_keys_log_cursors');
  await knex.schema.dropTable('four_keys_log_members');
  await knex.schema.dropTable('four_keys_log');
  await knex.schema.dropTable('four_keys_log_settings');
};

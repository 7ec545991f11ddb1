// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('four_keys_kafka_positions', table => {
    table.comment(
      'How far each consumer group has read each partition of a Kafka topic; what the broker knows is only a copy',
    );
    table.text('group_name').notNullable().comment('The consumer group');
    table.text('topic').notNullable().comment('The topic');
    table.integer('partition').notNullable().comment('The partition');
    table
      .bigint('next_offset')
      .notNullable()
      .defaultTo(0)
      .comment('The offset of the first record not yet read; 0: none read');
    table.timestamp('saved_at').comment('When the position was last saved');
    table.primary(['group_name', 'topic', 'partition']);
  });
  // A position is saved with every batch: room on the page keeps these
  // updates off the index.
  await knex.raw(`ALTER TABLE four_keys_kafka_positions SET (fillfactor = 50)`);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('four_keys_kafka_positions');
};

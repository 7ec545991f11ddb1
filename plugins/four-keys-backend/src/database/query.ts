import type { Knex } from 'knex';

/**
 * Runs one statement and gives its rows. Placeholders are `?`, or `:name` when
 * the bindings are an object; lists are bound as PostgreSQL arrays.
 */
export async function query<Row>(
  knex: Knex,
  sql: string,
  bindings: readonly unknown[] | Readonly<Record<string, unknown>> = [],
): Promise<Row[]> {
  // The driver takes lists with nulls in them, which knex's types do not know.
  const { rows } = await knex.raw<{ rows: Row[] }>(
    sql,
    bindings as Knex.RawBinding[],
  );
  return rows;
}

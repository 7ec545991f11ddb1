import type { Knex } from 'knex';

/** What questions and the derivation read, and what grows from nothing. */
const TABLES = [
  'claims',
  'deployments',
  'releases',
  'changes',
  'change_deployments',
  'incidents',
  'service_templates',
];

const INTERVAL_MS = 5000;

/**
 * Tells PostgreSQL how large tables have become that grew by half or more.
 *
 * Autovacuum does so as well, but up to minutes later. Until then the planner
 * takes a table that a first import has filled for an empty one, and reads all
 * deployments of a tier to find those of one service.
 */
export class TableStatistics {
  readonly #knex: Knex;
  readonly #clock: () => number;
  #lastAt = -Infinity;

  constructor(options: { readonly knex: Knex; readonly clock: () => number }) {
    this.#knex = options.knex;
    this.#clock = options.clock;
  }

  /** Does nothing when it was called a moment ago. */
  async refresh(): Promise<void> {
    const now = this.#clock();
    if (now - this.#lastAt < INTERVAL_MS) {
      return;
    }
    this.#lastAt = now;
    const { rows } = await this.#knex.raw<{ rows: Array<{ name: string }> }>(
      `SELECT name FROM unnest(?::text[]) AS name
       JOIN pg_stat_user_tables AS s ON s.relid = to_regclass(name)
       WHERE s.n_mod_since_analyze > greatest(1000, s.n_live_tup / 2)`,
      [TABLES],
    );
    for (const { name } of rows) {
      // Another instance may be at it.
      await this.#knex.raw('ANALYZE (SKIP_LOCKED) ??', [name]);
    }
  }
}

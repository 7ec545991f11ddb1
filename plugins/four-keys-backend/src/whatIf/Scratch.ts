import createKnex, { type Knex } from 'knex';
import { query } from '../database';
import type { DerivedRows } from '../derivation/rows';
import { DERIVED_TABLES, writeRows } from '../derivation/writeRows';
import { CREATE_CLAIMS_VIEW } from './kinds';
import { CREATE_VERDICTS } from './verdicts';

/**
 * A session of its own with temporary tables in place of the derived ones.
 *
 * PostgreSQL looks for temporary tables first, so what reads and writes
 * derived rows works on these without knowing, and nobody else can see them.
 * They are not made and rolled back in one long transaction: readers of the
 * event log wait for every transaction that writes, and the pipeline would
 * stand still meanwhile.
 */
export class Scratch {
  readonly knex: Knex;

  private constructor(knex: Knex) {
    this.knex = knex;
  }

  /** Connects as `like` does. Destroy it when done. */
  static async create(like: Knex): Promise<Scratch> {
    const config: Knex.Config = like.client.config;
    const knex = createKnex({
      ...config,
      // Temporary tables belong to one connection, which is never given up.
      pool: { ...config.pool, min: 1, max: 1 },
    });
    try {
      await query(knex, CREATE_CLAIMS_VIEW);
      await query(knex, CREATE_VERDICTS);
      for (const table of DERIVED_TABLES) {
        await query(
          knex,
          `CREATE TEMP TABLE ${table} (LIKE ${table} INCLUDING INDEXES)`,
        );
      }
      return new Scratch(knex);
    } catch (error) {
      await knex.destroy();
      throw error;
    }
  }

  /** Puts these rows, by service, in place of all derived ones. */
  async fill(rows: ReadonlyMap<string, DerivedRows>): Promise<void> {
    await this.write(async tx => {
      for (const table of DERIVED_TABLES) {
        await query(tx, `DELETE FROM pg_temp.${table}`);
      }
    });
    for (const [service, derived] of rows) {
      await this.write(tx => writeRows(tx, service, derived));
    }
    for (const table of DERIVED_TABLES) {
      await query(this.knex, `ANALYZE pg_temp.${table}`);
    }
  }

  /**
   * Changes temporary tables. To PostgreSQL such a transaction is read-only,
   * so that nothing else can be written, not even if the session was lost and
   * its tables with it.
   */
  async write<T>(work: (tx: Knex.Transaction) => Promise<T>): Promise<T> {
    return this.knex.transaction(work, { readOnly: true });
  }

  /** Ends the session and with it everything that is in it. */
  async destroy(): Promise<void> {
    await this.knex.destroy();
  }
}

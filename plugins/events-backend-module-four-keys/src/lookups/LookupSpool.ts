import type { JsonObject } from '@backstage/types';
import type { Lookup } from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { Knex } from 'knex';
import type { LookupStore } from '../intake/Intake';

const TABLE = 'four_keys_lookups';

/** How long somebody who asks keeps a question from others. */
const LEASE_MS = 5 * 60_000;

const ROWS_PER_INSERT = 500;

/** A question that waits. */
export interface WaitingLookup extends Lookup {
  readonly source: string;
  /** This one included. */
  readonly attempts: number;
  readonly createdAt: number;
}

/** Questions to vendors, durable until they are answered. Several instances may share it. */
export class LookupSpool implements LookupStore {
  readonly #knex: Knex;
  readonly #clock: () => number;

  constructor(options: { knex: Knex; clock: () => number }) {
    this.#knex = options.knex;
    this.#clock = options.clock;
  }

  async add(source: string, lookups: readonly Lookup[]): Promise<void> {
    const now = new Date(this.#clock());
    const rows = lookups.map(({ key, container, question }) => ({
      source,
      key,
      container,
      question: JSON.stringify(question),
      created_at: now,
      not_before: now,
    }));
    for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
      await this.#knex(TABLE)
        .insert(rows.slice(at, at + ROWS_PER_INSERT))
        .onConflict(['source', 'key'])
        .ignore();
    }
  }

  /** Takes questions that are due away from other instances for a while. */
  async claim(limit: number): Promise<WaitingLookup[]> {
    const now = this.#clock();
    const { rows } = await this.#knex.raw<{
      rows: Array<{
        source: string;
        key: string;
        container: string;
        question: JsonObject;
        attempts: number;
        created_at: Date;
      }>;
    }>(
      `
      UPDATE four_keys_lookups
      SET attempts = attempts + 1, not_before = :lease
      WHERE (source, key) IN (
        SELECT source, key FROM four_keys_lookups
        WHERE not_before <= :now
        ORDER BY not_before
        LIMIT :limit
        FOR UPDATE SKIP LOCKED
      )
      RETURNING source, key, container, question, attempts, created_at
      `,
      { now: new Date(now), lease: new Date(now + LEASE_MS), limit },
    );
    return rows.map(({ created_at: createdAt, ...row }) => ({
      ...row,
      createdAt: createdAt.getTime(),
    }));
  }

  async remove({ source, key }: WaitingLookup): Promise<void> {
    await this.#knex(TABLE).where({ source, key }).delete();
  }

  /** Puts a question back for later. */
  async postpone(
    { source, key }: WaitingLookup,
    options: { readonly until: number; readonly error: string },
  ): Promise<void> {
    await this.#knex(TABLE)
      .where({ source, key })
      .update({
        not_before: new Date(options.until),
        last_error: options.error.slice(0, 1000),
      });
  }

  /** Leaves a whole source alone until then. */
  async pause(source: string, until: number): Promise<void> {
    await this.#knex(TABLE)
      .where({ source })
      .andWhere('not_before', '<', new Date(until))
      .update({ not_before: new Date(until) });
  }

  /** How many questions wait, and since when the oldest does. */
  async waiting(): Promise<{ count: number; oldest: number | null }> {
    const [{ count, oldest }] = await this.#knex(TABLE)
      .count({ count: '*' })
      .min({ oldest: 'created_at' });
    return {
      count: Number(count),
      oldest: oldest ? new Date(oldest).getTime() : null,
    };
  }
}

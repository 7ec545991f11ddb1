import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import createKnex, { type Knex } from 'knex';
import { runMigrations } from '../../database';
import { storeEvents, type EventToStore } from '..';

/** What the collector stores at once. */
const BATCH = 1000;

/** What writing the same rows took, in seconds by batch. */
export interface StatementTimes {
  readonly batch: number;
  /** Events, facts and dirty marks, read from events, duplicates left out. */
  readonly stored: readonly number[];
  /** Events and facts by COPY, from a file, into tables with the same indexes. */
  readonly copied: readonly number[];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** The tables of the yardstick: no trigger, no queue, only what the rows lie in. */
async function createCopies(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE copied_claims (LIKE claims INCLUDING ALL);
    CREATE TABLE copied_events (received_at timestamptz NOT NULL, identity uuid NOT NULL, envelope jsonb NOT NULL);`);
}

function readBatch(lines: readonly string[], receivedAt: Date): EventToStore[] {
  return lines.map(line => {
    const result = validateEvent(JSON.parse(line));
    if (!result.ok) {
      throw new Error(result.rejection.message);
    }
    return { event: result.event, receivedAt };
  });
}

/**
 * Stores events as the collector does and, batch by batch and beside it, copies
 * the rows that came of it. The server must be on this machine and the account
 * a superuser: the plainest COPY reads a file.
 */
export async function measureStatement(
  connection: string,
  lines: readonly string[],
): Promise<StatementTimes> {
  const knex = createKnex({ client: 'pg', connection });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-copy-'));
  // The server may run as somebody else.
  await chmod(folder, 0o777);
  const file = (table: string) => path.join(folder, table);
  const stored: number[] = [];
  const copied: number[] = [];
  try {
    await runMigrations(knex);
    await createCopies(knex);
    const start = Date.now();
    for (let at = 0; at < lines.length; at += BATCH) {
      // Tells the rows of one batch from the others.
      const receivedAt = new Date(start + at);
      const events = readBatch(lines.slice(at, at + BATCH), receivedAt);
      stored.push(
        await timed(() => knex.transaction(tx => storeEvents(tx, events))),
      );
      for (const table of ['claims', 'events']) {
        await knex.raw(
          `COPY (SELECT * FROM ${table} WHERE received_at = '${receivedAt.toISOString()}' ORDER BY identity) TO '${file(
            table,
          )}'`,
        );
      }
      copied.push(
        await timed(() =>
          knex.transaction(async tx => {
            await tx.raw(`COPY copied_claims FROM '${file('claims')}'`);
            await tx.raw(`COPY copied_events FROM '${file('events')}'`);
          }),
        ),
      );
    }
  } finally {
    await knex.destroy();
    await rm(folder, { recursive: true, force: true });
  }
  return { batch: BATCH, stored, copied };
}

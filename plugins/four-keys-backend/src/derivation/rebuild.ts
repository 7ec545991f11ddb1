import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { query } from '../database';
import { deriveService } from './deriveService';
import type { DerivationSettings } from './settings';
import {
  compareRows,
  DERIVED_TABLES,
  rewriteRows,
  type Difference,
} from './writeRows';

/** What a rebuild found of one service. @public */
export interface RebuiltService {
  readonly service: string;
  /**
   * It, or a service that an incident ties it to, has events that are not
   * derived yet, so that nothing can be said of it.
   */
  readonly pending: boolean;
  /** What is stored and not what the claims say; always empty unless verified. */
  readonly differences: Difference[];
}

export interface RebuildOptions {
  readonly knex: Knex;
  readonly settings: DerivationSettings;
  /** True: nothing is written, differences are told. */
  readonly verify?: boolean;
  /** Only services behind this one, in the order of their bytes; default all. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

/** The next service that has claims or derived rows: a look into each index, however long the history. */
async function nextService(
  knex: Knex,
  after: string,
): Promise<string | undefined> {
  const first = ['claims', ...DERIVED_TABLES].map(
    table =>
      `SELECT (SELECT service FROM ${table} WHERE service > :after ORDER BY service LIMIT 1) AS service`,
  );
  const rows = await query<{ service: string | null }>(
    knex,
    `SELECT min(service) AS service FROM (${first.join(
      ' UNION ALL ',
    )}) AS next`,
    { after },
  );
  return rows[0].service ?? undefined;
}

async function isDirty(knex: Knex, services: readonly string[]) {
  const rows = await query<{ dirty: boolean }>(
    knex,
    'SELECT EXISTS (SELECT 1 FROM dirty WHERE service = ANY(?::text[])) AS dirty',
    [services],
  );
  return rows[0].dirty;
}

/** Compares one state of the database with itself, whatever is written meanwhile. */
async function verifyService(
  knex: Knex,
  service: string,
  settings: DerivationSettings,
): Promise<RebuiltService> {
  return knex.transaction(
    async tx => {
      const { rows, tied } = await deriveService(tx, service, settings);
      const pending = await isDirty(tx, [service, ...tied]);
      return {
        service,
        pending,
        differences: pending ? [] : await compareRows(tx, service, rows),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

async function rewriteService(
  knex: Knex,
  service: string,
  settings: DerivationSettings,
): Promise<RebuiltService> {
  await knex.transaction(async tx => {
    await query(
      tx,
      `SELECT pg_advisory_xact_lock(hashtext('four-keys derivation'), hashtext(?))`,
      [service],
    );
    const { rows } = await deriveService(tx, service, settings);
    await rewriteRows(tx, service, rows);
  });
  return { service, pending: false, differences: [] };
}

/**
 * Derives services anew from their claims, one at a time, and gives what it
 * found of each.
 *
 * With `verify` nothing is written: what differs between the stored rows and
 * what the claims say is told, which should be nothing.
 *
 * @public
 */
export async function* rebuildEach(
  options: RebuildOptions,
): AsyncGenerator<RebuiltService> {
  const { knex, settings, verify = false, after = '', signal } = options;
  const rebuildOne = verify ? verifyService : rewriteService;
  let service = await nextService(knex, after);
  while (service !== undefined && !signal?.aborted) {
    yield await rebuildOne(knex, service, settings);
    // The collector lives in the same process and must keep its heartbeat.
    await nextTurn();
    service = await nextService(knex, service);
  }
}

/** {@link rebuildEach} of all services, as one answer. @public */
export async function rebuild(
  options: RebuildOptions,
): Promise<{ services: number; pending: number; differences: Difference[] }> {
  const answer = { services: 0, pending: 0, differences: [] as Difference[] };
  for await (const { pending, differences } of rebuildEach(options)) {
    answer.services += 1;
    answer.pending += pending ? 1 : 0;
    answer.differences.push(...differences);
  }
  return answer;
}

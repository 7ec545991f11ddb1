import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { query } from '../database';
import { deriveService } from './deriveService';
import type { DerivationSettings } from './settings';
import {
  compareRows,
  DERIVED_TABLES,
  rewriteRows,
  writeRows,
  type Difference,
} from './writeRows';

const lockService = async (tx: Knex.Transaction, service: string) => {
  const rows = await query<{ locked: boolean }>(
    tx,
    `SELECT pg_try_advisory_xact_lock(hashtext('four-keys derivation'), hashtext(?)) AS locked`,
    [service],
  );
  return rows[0].locked;
};

/** Takes the oldest mark that no other worker holds, with all marks of its service. */
async function takeDirty(
  tx: Knex.Transaction,
): Promise<{ service: string; cascaded: boolean } | undefined> {
  const marks = await query<{ service: string }>(
    tx,
    'SELECT service FROM dirty ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED',
  );
  const service = marks.at(0)?.service;
  if (service === undefined || !(await lockService(tx, service))) {
    return undefined;
  }
  const rows = await query<{ cascaded: boolean }>(
    tx,
    `DELETE FROM dirty WHERE id IN (
       SELECT id FROM dirty WHERE service = ? FOR UPDATE SKIP LOCKED
     ) RETURNING cascaded`,
    [service],
  );
  return { service, cascaded: rows.every(row => row.cascaded) };
}

async function markCascaded(
  tx: Knex.Transaction,
  services: readonly string[],
): Promise<void> {
  await query(
    tx,
    `INSERT INTO dirty (service, environment, from_time, cascaded)
     SELECT service, '', now(), true FROM unnest(?::text[]) AS service`,
    [[...services]],
  );
}

async function recomputeNext(
  knex: Knex,
  settings: DerivationSettings,
): Promise<boolean> {
  return knex.transaction(async tx => {
    const taken = await takeDirty(tx);
    if (!taken) {
      return false;
    }
    const { rows, tied } = await deriveService(tx, taken.service, settings);
    await writeRows(tx, taken.service, rows);
    if (!taken.cascaded && tied.length > 0) {
      await markCascaded(tx, tied);
    }
    return true;
  });
}

/**
 * Derives services that are marked dirty, one transaction each, oldest mark
 * first. Any number of workers may run at once; a service is derived by one
 * of them at a time.
 *
 * @returns how many services were derived; 0: none is dirty, or others are at work
 * @public
 */
export async function recomputeDirty(options: {
  readonly knex: Knex;
  readonly settings: DerivationSettings;
  /** Stop after that many; default: when none is left. */
  readonly maxServices?: number;
  readonly signal?: AbortSignal;
}): Promise<{ services: number }> {
  const { knex, settings, maxServices = Infinity, signal } = options;
  let services = 0;
  while (services < maxServices && !signal?.aborted) {
    if (!(await recomputeNext(knex, settings))) {
      break;
    }
    services += 1;
    await nextTurn();
  }
  return { services };
}

/** Marks every service that has claims. @public */
export async function markAllDirty(knex: Knex): Promise<void> {
  await query(
    knex,
    `INSERT INTO dirty (service, environment, from_time)
     SELECT service, '', min("time") FROM claims
     WHERE service IS NOT NULL GROUP BY service ORDER BY service`,
  );
}

/**
 * Marks every service when the settings are others than those that the
 * derived rows were made with. To be called once at start.
 *
 * @returns whether they were others
 * @public
 */
export async function markDirtyIfSettingsChanged(
  knex: Knex,
  settings: DerivationSettings,
): Promise<boolean> {
  const fingerprint = JSON.stringify([
    settings.environments,
    settings.failureWindowMs,
  ]);
  return knex.transaction(async tx => {
    const rows = await query<unknown>(
      tx,
      `INSERT INTO derivation_settings (fingerprint) VALUES (?)
       ON CONFLICT (only_row) DO UPDATE SET fingerprint = EXCLUDED.fingerprint
       WHERE derivation_settings.fingerprint <> EXCLUDED.fingerprint RETURNING 1`,
      [fingerprint],
    );
    if (rows.length > 0) {
      await markAllDirty(tx);
    }
    return rows.length > 0;
  });
}

/** How many services wait to be derived. @public */
export async function dirtyBacklog(knex: Knex): Promise<number> {
  const rows = await query<{ services: number }>(
    knex,
    'SELECT count(DISTINCT service)::int AS services FROM dirty',
  );
  return rows[0].services;
}

/** Services that have claims or derived rows. */
async function listServices(knex: Knex): Promise<string[]> {
  const rows = await query<{ service: string }>(
    knex,
    `SELECT service FROM claims WHERE service IS NOT NULL
     ${DERIVED_TABLES.map(table => `UNION SELECT service FROM ${table}`).join(
       ' ',
     )}
     ORDER BY service`,
  );
  return rows.map(row => row.service);
}

/**
 * Derives everything anew from the claims.
 *
 * With `verify` nothing is written: the differences between what is stored
 * and what the claims say are returned, which should be none once no service
 * is dirty.
 *
 * @public
 */
export async function rebuild(options: {
  readonly knex: Knex;
  readonly settings: DerivationSettings;
  readonly verify?: boolean;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}): Promise<{ services: number; differences: Difference[] }> {
  const { knex, settings, verify = false, onProgress, signal } = options;
  const names = await listServices(knex);
  const differences: Difference[] = [];
  let services = 0;
  for (const name of names) {
    if (signal?.aborted) {
      break;
    }
    if (verify) {
      const { rows } = await deriveService(knex, name, settings);
      differences.push(...(await compareRows(knex, name, rows)));
    } else {
      await knex.transaction(async tx => {
        await query(
          tx,
          `SELECT pg_advisory_xact_lock(hashtext('four-keys derivation'), hashtext(?))`,
          [name],
        );
        const { rows } = await deriveService(tx, name, settings);
        await rewriteRows(tx, name, rows);
      });
    }
    services += 1;
    onProgress?.(services, names.length);
    await nextTurn();
  }
  return { services, differences };
}

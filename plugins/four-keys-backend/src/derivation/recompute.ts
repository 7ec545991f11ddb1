import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { query } from '../database';
import { deriveService } from './deriveService';
import type { DerivationSettings } from './settings';
import { writeRows } from './writeRows';

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

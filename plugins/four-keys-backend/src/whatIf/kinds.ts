import type { Knex } from 'knex';
import { query } from '../database';

/** Deployments of these kinds take part in nothing, as the metrics are defined. */
export const DEFAULT_EXCLUDED_KINDS: readonly string[] = ['restart', 'scale'];

const SETTING = 'four_keys.excluded_kinds';

const excluded = `current_setting('${SETTING}')::jsonb @> (data->'kind')`;

/**
 * The claims, with the kinds of deployments renamed so that exactly those of
 * the setting take part in nothing: derivation knows restarts and scalings
 * only. With the default kinds nothing is renamed.
 */
export const CREATE_CLAIMS_VIEW = `
  CREATE TEMP VIEW claims AS
  SELECT identity, payload, service, kind, "time", source, id, enrichment, received_at,
    CASE
      WHEN kind NOT IN ('deploy.started', 'deploy.completed') OR data->'kind' IS NULL THEN data
      WHEN data->>'kind' IN ('restart', 'scale') AND NOT ${excluded}
        THEN jsonb_set(data, '{kind}', '"deploy"')
      WHEN data->>'kind' NOT IN ('restart', 'scale') AND ${excluded}
        THEN jsonb_set(data, '{kind}', '"restart"')
      ELSE data
    END AS data
  FROM claims`;

/** Decides, until the transaction ends, which kinds the claims rename. */
export async function excludeKinds(
  tx: Knex.Transaction,
  kinds: readonly string[],
): Promise<void> {
  await query(tx, 'SELECT set_config(?, ?, true)', [
    SETTING,
    JSON.stringify(kinds),
  ]);
}

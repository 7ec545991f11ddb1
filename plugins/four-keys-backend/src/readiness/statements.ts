import type { Knex } from 'knex';
import { query } from '../database';

/** When a service was last deployed to an environment. Instants in milliseconds. */
export interface LastDeployment {
  readonly service: string;
  readonly environment: string;
  readonly tier: string | null;
  /** Of any outcome. */
  readonly last_at: number;
  /** Null: none succeeded. */
  readonly last_success_at: number | null;
}

/** The last deployment of every service to each of its environments. */
export function readLastDeployments(knex: Knex): Promise<LastDeployment[]> {
  return query(
    knex,
    `SELECT service, environment, tier,
       (extract(epoch FROM max(coalesce(finished_at, started_at))) * 1000)::float8 AS last_at,
       (extract(epoch FROM max(finished_at) FILTER (WHERE status = 'success')) * 1000)::float8 AS last_success_at
     FROM deployments WHERE counted AND coalesce(finished_at, started_at) IS NOT NULL
     GROUP BY service, environment, tier`,
  );
}

/** A service that events or the catalog name. */
export interface KnownService {
  readonly service: string;
  /** Null: unregistered, or its entity is gone from the catalog. */
  readonly entity_ref: string | null;
  readonly owner: string | null;
  readonly system: string | null;
  readonly domain: string | null;
}

/** Every known service with its holders of today. */
export function readKnownServices(knex: Knex): Promise<KnownService[]> {
  return query(
    knex,
    `SELECT e.service, CASE WHEN e.removed_at IS NULL THEN e.entity_ref END AS entity_ref,
       max(h.holder) FILTER (WHERE h.dimension = 'owner') AS owner,
       max(h.holder) FILTER (WHERE h.dimension = 'system') AS system,
       max(h.holder) FILTER (WHERE h.dimension = 'domain') AS domain
     FROM service_entities AS e LEFT JOIN (
       SELECT DISTINCT ON (service, dimension) service, dimension, holder
       FROM service_holders ORDER BY service, dimension, from_time DESC
     ) AS h USING (service)
     GROUP BY e.service`,
  );
}

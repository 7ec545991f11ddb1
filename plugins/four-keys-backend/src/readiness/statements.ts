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

import type { Knex } from 'knex';
import type { ServiceResource } from './rules';

/** A service as it is stored. */
export interface StoredService extends ServiceResource {
  /** Its entity is gone from the catalog. */
  readonly removed: boolean;
}

const SELECT = `
  SELECT e.service, e.entity_ref AS "entityRef", e.removed_at IS NOT NULL AS removed,
    max(h.holder) FILTER (WHERE h.dimension = 'owner') AS owner,
    max(h.holder) FILTER (WHERE h.dimension = 'system') AS system,
    max(h.holder) FILTER (WHERE h.dimension = 'domain') AS domain
  FROM service_entities e
  LEFT JOIN (
    SELECT DISTINCT ON (service, dimension) service, dimension, holder
    FROM service_holders
    ORDER BY service, dimension, from_time DESC
  ) h USING (service)`;

/** Every known service with its holders of today. */
export async function readServiceResources(
  knex: Knex,
): Promise<StoredService[]> {
  const { rows } = await knex.raw<{ rows: StoredService[] }>(
    `${SELECT} GROUP BY e.service`,
  );
  return rows;
}

/** The services of these ids, in their order; undefined where there is none. */
export async function readServiceResourcesById(
  knex: Knex,
  services: readonly string[],
): Promise<Array<ServiceResource | undefined>> {
  const { rows } = await knex.raw<{ rows: ServiceResource[] }>(
    `${SELECT} WHERE e.service = ANY (?) GROUP BY e.service`,
    [[...services]],
  );
  const byId = new Map(rows.map(row => [row.service, row]));
  return services.map(service => byId.get(service));
}

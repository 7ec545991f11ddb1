import type { Knex } from 'knex';
import type { ServiceResource } from './rules';

const SELECT = `
  SELECT e.service, e.entity_ref AS "entityRef",
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
): Promise<ServiceResource[]> {
  const { rows } = await knex.raw<{ rows: ServiceResource[] }>(
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

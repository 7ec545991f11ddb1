import type { Knex } from 'knex';
import { query } from '../database';
import type { Claim } from './claim';

const INCIDENT_KINDS = [
  'incident.opened',
  'incident.reopened',
  'incident.resolved',
  'incident.linked',
] as const;

/** A claim about an incident. */
export type IncidentClaim = Claim<(typeof INCIDENT_KINDS)[number]>;

const COLUMNS = `service, kind, (extract(epoch FROM "time") * 1000)::float8 AS "time", source, id, data`;

type Row<C> = C & { readonly service: string };

function byService<C>(rows: ReadonlyArray<Row<C>>): Map<string, C[]> {
  const claims = new Map<string, C[]>();
  for (const row of rows) {
    const list = claims.get(row.service);
    if (list) {
      list.push(row);
    } else {
      claims.set(row.service, [row]);
    }
  }
  return claims;
}

/** Every claim about these services, in no order. */
export async function readClaims(
  knex: Knex,
  services: readonly string[],
): Promise<Map<string, Claim[]>> {
  const rows = await query<Row<Claim>>(
    knex,
    `SELECT ${COLUMNS} FROM claims WHERE service = ANY(?::text[])`,
    [services],
  );
  return byService(rows);
}

/** The claims about the incidents of these services, in no order. */
export async function readIncidentClaims(
  knex: Knex,
  services: readonly string[],
): Promise<Map<string, IncidentClaim[]>> {
  const rows = await query<Row<IncidentClaim>>(
    knex,
    `SELECT ${COLUMNS} FROM claims WHERE service = ANY(?::text[]) AND kind = ANY(?::text[])`,
    [services, INCIDENT_KINDS],
  );
  return byService(rows);
}

/** Services whose incidents blame this one, and services that its incidents blame. */
export async function readTies(
  knex: Knex,
  service: string,
): Promise<{ blamedBy: string[]; blames: string[] }> {
  const rows = await query<{ service: string; cause_service: string }>(
    knex,
    `SELECT service, cause_service FROM service_ties WHERE cause_service = :service
     UNION SELECT service, cause_service FROM service_ties WHERE service = :service`,
    { service },
  );
  return {
    blamedBy: rows
      .filter(row => row.cause_service === service)
      .map(row => row.service),
    blames: rows
      .filter(row => row.service === service)
      .map(row => row.cause_service),
  };
}

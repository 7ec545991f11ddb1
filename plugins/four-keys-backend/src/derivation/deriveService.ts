import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import {
  readClaims,
  readIncidentClaims,
  readTies,
  type Claim,
  type IncidentClaim,
} from '../facts';
import { buildIncidents } from './incidents';
import { linkIncident } from './links';
import { compareEvents } from './order';
import { toRows, type DerivedRows } from './rows';
import { DeployedService } from './service';
import { compileTiers, type DerivationSettings } from './settings';

/** What is derived of a service, and which services its change may concern. */
export interface DerivedService {
  readonly rows: DerivedRows;
  readonly tied: readonly string[];
}

const isIncident = (claim: Claim): claim is IncidentClaim =>
  claim.kind.startsWith('incident.');

/**
 * Derives every row of a service from the claims about it and about the
 * services that incidents tie it to. Reads claims only, never derived rows, so
 * the order in which services are derived does not matter.
 */
export async function deriveService(
  knex: Knex,
  name: string,
  settings: DerivationSettings,
): Promise<DerivedService> {
  const tiers = compileTiers(settings);
  const { blames, blamedBy } = await readTies(knex, name);
  const claims = await readClaims(knex, [name, ...blames]);
  const foreignClaims =
    blamedBy.length > 0
      ? await readIncidentClaims(knex, blamedBy)
      : new Map<string, IncidentClaim[]>();

  const services = new Map<string, DeployedService>();
  for (const service of new Set([name, ...blames])) {
    services.set(
      service,
      DeployedService.create(service, claims.get(service) ?? [], tiers),
    );
    // The collector lives in the same process and must keep its heartbeat.
    await nextTurn();
  }
  const link = (incident: ReturnType<typeof buildIncidents>[number]) => ({
    incident,
    link: linkIncident(
      incident,
      service => services.get(service),
      settings.failureWindowMs,
    ),
  });
  const own = [...(claims.get(name) ?? [])].sort(compareEvents);
  const incidents = buildIncidents(name, own.filter(isIncident), tiers);
  const foreign = [...foreignClaims].flatMap(([service, events]) =>
    buildIncidents(service, events.sort(compareEvents), tiers)
      .filter(incident => incident.cause?.service_id === name)
      .map(link)
      .filter(linked => linked.link.deployment?.service === name),
  );
  return {
    rows: toRows({
      name,
      service: services.get(name)!,
      claims: own,
      incidents: incidents.map(link),
      foreign,
    }),
    tied: [...new Set([...blames, ...blamedBy])],
  };
}

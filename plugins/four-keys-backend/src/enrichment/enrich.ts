import type { ContractEvent } from '@four-keys/backstage-plugin-four-keys-common';
import type { CatalogIndex } from './catalogIndex';

/** The raw service id that an event is about; undefined: none. */
export function serviceOf(event: ContractEvent): string | undefined {
  const { service_id: service } = event.data as { service_id?: string };
  return service;
}

/**
 * What the catalog says about the service of an event now, to be kept beside
 * the event: the only record of how things stood when it arrived.
 */
export function enrich(
  event: ContractEvent,
  index: CatalogIndex,
): Record<string, unknown> | undefined {
  const service = serviceOf(event);
  const entity = service === undefined ? undefined : index.resolve(service);
  if (!entity) {
    return undefined;
  }
  const { entityRef, owner, system, domain, risk, slo } = entity;
  const enrichment = { entityRef, owner, system, domain, risk, slo };
  return Object.fromEntries(
    Object.entries(enrichment).filter(([, value]) => value !== null),
  );
}

import type { Place } from '../facts/environments';
import type { History } from '../history';
import { countsIncident, type Rows } from '../rows';
import { isHeldInCatalog, type CatalogService, type Scope } from '../scope';
import { isWithin, type Window } from './window';

/** Whether somebody would tell us about the incidents of a service. */
export type KnowsIncidents = (service: string) => boolean;

/**
 * "Incident source known for a service and a question: an incident of it in
 * the tier or environment asked for started before the window's end, or its
 * entity carries an annotation of an incident tool [...], or
 * `fourKeys.metrics.incidentSource: all`."
 */
export const knowsIncidents =
  (
    history: History,
    catalog: ReadonlyMap<string, CatalogService>,
    incidentSource: 'all' | null,
    place: Place,
    window: Window,
  ): KnowsIncidents =>
  service =>
    incidentSource === 'all' ||
    catalog.get(service)?.incidentSource === true ||
    (history.services.get(service)?.incidents ?? []).some(
      linked =>
        linked.incident.start < window.to &&
        countsIncident(place, linked, history.environments),
    );

/**
 * "The services of a scope, where a status asks, are those with a deployment
 * or incident of it in the tier before the window's end, and, unless a
 * template is asked for, those it holds in the catalog in the window."
 */
export function servicesOfScope(
  rows: Rows,
  catalog: ReadonlyMap<string, CatalogService>,
  scope: Scope,
  window: Window,
): Set<string> {
  const before = isWithin({ from: -Infinity, to: window.to });
  return new Set([
    ...rows.successes
      .map(success => success.deployment)
      .concat(rows.failures)
      .filter(deployment => before(deployment.finishedAt))
      .map(deployment => deployment.service),
    ...rows.incidents
      .filter(({ incident }) => before(incident.start))
      .map(({ incident }) => incident.service),
    ...[...catalog.values()]
      .filter(entry => isHeldInCatalog(scope, window, entry))
      .map(entry => entry.service),
  ]);
}

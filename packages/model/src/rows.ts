import { compareDeployments, type Deployment } from './facts/deployments';
import type { Environments, Place } from './facts/environments';
import type { NeverOpened } from './facts/incidents';
import type {
  History,
  LinkedIncident,
  ServiceHistory,
  Success,
} from './history';
import { by, sorted } from './order';
import { releasesOf, type Release } from './releases';
import { isHeld, type CatalogService, type Scope } from './scope';

/** A change at the deployment that it belongs to. @public */
export interface Delivery {
  readonly service: string;
  readonly sha: string;
  /** Milliseconds since the epoch; null: unknown. */
  readonly t0: number | null;
  readonly lowerBound: boolean;
  readonly deployment: Deployment;
}

/**
 * Everything that a question is about, before its window: what lies in its
 * place and is held by its scope.
 *
 * @public
 */
export interface Rows {
  /** In order. */
  readonly successes: readonly Success[];
  readonly failures: readonly Deployment[];
  readonly releases: readonly Release[];
  readonly deliveries: readonly Delivery[];
  readonly incidents: readonly LinkedIncident[];
  readonly neverOpened: readonly NeverOpened[];
}

/** Whether a question about a tier counts what happened in a place. */
const tierCounts = (tier: string, place: Place, environments: Environments) =>
  place.tier !== undefined
    ? place.tier === tier
    : environments.tierOf(place.environment) === tier;

/**
 * "One environment asked for: its incidents, and every other incident that a
 * question about its tier would count and that is linked to a deployment in
 * it."
 */
export function countsIncident(
  asked: Place,
  { incident, link }: LinkedIncident,
  environments: Environments,
): boolean {
  if (asked.tier !== undefined) {
    return tierCounts(asked.tier, incident.place, environments);
  }
  const tier = environments.tierOf(asked.environment);
  return (
    incident.place.environment === asked.environment ||
    (tier !== null &&
      tierCounts(tier, incident.place, environments) &&
      link.deployment?.environment === asked.environment)
  );
}

const countsNeverOpened = (
  asked: Place,
  place: Place,
  environments: Environments,
) =>
  asked.tier !== undefined
    ? tierCounts(asked.tier, place, environments)
    : place.environment === asked.environment;

/**
 * "A change belongs to the first success of the stream that contains it, and
 * to no later one; in a tier it counts once, at the earliest of its streams".
 *
 * @param successes - the successes of one service in the place, in order
 */
function deliveriesOf(
  { service, changes }: ServiceHistory,
  successes: readonly Success[],
): Delivery[] {
  const counted = new Set<string>();
  return successes.flatMap(({ deployment, contents }) =>
    [...contents.brings].flatMap((sha): Delivery[] => {
      if (counted.has(sha)) {
        return [];
      }
      counted.add(sha);
      const { t0, lowerBound } = changes.get(sha)!;
      return [{ service, sha, t0, lowerBound, deployment }];
    }),
  );
}

function rowsOfService(
  history: ServiceHistory,
  place: Place,
  environments: Environments,
  holds: (time: number) => boolean,
): Rows {
  const isThere = ({ environment }: Deployment) =>
    environments.isIn(place, environment);
  const successes = history.successes.filter(success =>
    isThere(success.deployment),
  );
  return {
    successes: successes.filter(({ deployment }) =>
      holds(deployment.finishedAt),
    ),
    failures: history.failures.filter(
      failure => isThere(failure) && holds(failure.finishedAt),
    ),
    releases: releasesOf(successes).filter(release =>
      holds(release.finishedAt),
    ),
    deliveries: deliveriesOf(history, successes).filter(({ deployment }) =>
      holds(deployment.finishedAt),
    ),
    incidents: history.incidents.filter(
      linked =>
        countsIncident(place, linked, environments) &&
        holds(linked.incident.start),
    ),
    neverOpened: history.neverOpened.filter(
      incident =>
        countsNeverOpened(place, incident.place, environments) &&
        holds(incident.lastResolved),
    ),
  };
}

/** The rows of a scope in a place, of all services. @public */
export function rowsOf(
  history: History,
  catalog: ReadonlyMap<string, CatalogService>,
  scope: Scope,
  place: Place,
): Rows {
  const parts = [...history.services.values()].map(service =>
    rowsOfService(service, place, history.environments, time =>
      isHeld(scope, time, service, catalog.get(service.service)),
    ),
  );
  return {
    successes: sorted(
      parts.flatMap(part => part.successes),
      by(({ deployment }) => [
        deployment.finishedAt,
        deployment.service,
        deployment.environment,
        deployment.id,
      ]),
    ),
    failures: sorted(
      parts.flatMap(part => part.failures),
      compareDeployments,
    ),
    releases: parts.flatMap(part => part.releases),
    deliveries: parts.flatMap(part => part.deliveries),
    incidents: sorted(
      parts.flatMap(part => part.incidents),
      by(({ incident }) => [incident.start, incident.service, incident.id]),
    ),
    neverOpened: parts.flatMap(part => part.neverOpened),
  };
}

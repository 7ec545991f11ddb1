import { compareDeployments, type Deployment } from './facts/deployments';
import type { Incident } from './facts/incidents';
import type { Link } from './links';
import { earliest, latest } from './order';

/**
 * What a success names in `remediates`: "the latest earlier success of that id
 * in its own environment, else in the tier; else, as an incident id, the
 * deployment that one is linked to", and then too an earlier success of the
 * same service and tier.
 *
 * @param successes - the successes of its service in order
 * @param linkOfIncident - the link of the service's incident of that id
 */
export function remediatedBy(
  success: Deployment,
  successes: readonly Deployment[],
  linkOfIncident: (incidentId: string) => Link | undefined,
): Deployment | undefined {
  const id = success.remediates;
  if (id === null) {
    return undefined;
  }
  const isEarlierInTier = (other: Deployment) =>
    other.service === success.service &&
    compareDeployments(other, success) < 0 &&
    (other.environment === success.environment ||
      (other.tier !== null && other.tier === success.tier));
  const named = successes.filter(
    other => other.id === id && isEarlierInTier(other),
  );
  const inOwnEnvironment = named.filter(
    other => other.environment === success.environment,
  );
  const found = inOwnEnvironment.pop() ?? named.pop();
  if (found) {
    return found;
  }
  const blamed = linkOfIncident(id)?.deployment;
  return blamed && isEarlierInTier(blamed) ? blamed : undefined;
}

/** What happened to a success after it reached users. @public */
export interface Aftermath {
  /** The incidents linked to it. */
  readonly incidents: readonly Incident[];
  /** The successes that undid or remediated it, in order. */
  readonly repairs: readonly Deployment[];
}

/**
 * "Failed deployment: a success to which an incident is linked, or which a
 * rollback undid, or which a later success [...] names in `remediates`. [...]
 * It fails once."
 */
export const hasFailed = ({ incidents, repairs }: Aftermath): boolean =>
  incidents.length > 0 || repairs.length > 0;

/**
 * "Recovered at the earlier of: the latest resolution of its incidents, once
 * all are resolved; the `finished_at` of the first success that undid or
 * remediated it."
 *
 * @returns milliseconds since the epoch; null: not yet
 */
export function recoveredAt({ incidents, repairs }: Aftermath): number | null {
  const resolutions = incidents.flatMap(incident => incident.resolvedAt ?? []);
  const allResolved =
    resolutions.length === incidents.length ? latest(resolutions) : undefined;
  const repaired = earliest(repairs.map(repair => repair.finishedAt));
  return earliest([allResolved, repaired].flatMap(time => time ?? [])) ?? null;
}

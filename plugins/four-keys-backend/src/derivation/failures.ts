import type { Success } from './deployments';
import type { Incident } from './incidents';
import type { IncidentLink } from './links';
import { append, compareFinished } from './order';
import { findRollbacks } from './rollbacks';
import type { DeployedService } from './service';

/** What became of a deployment after it finished. */
export interface Outcome {
  readonly rollback: boolean;
  readonly rework: boolean;
  readonly undid: Success | undefined;
  readonly failed: boolean;
  readonly recoveredAt: number | undefined;
}

/** An incident and the deployment that it is blamed on. */
export interface LinkedIncident {
  readonly incident: Incident;
  readonly link: IncidentLink;
}

const precedes = (a: Success, b: Success) => compareFinished(a, b) < 0;

/** Whether both count in one question, whichever is asked. */
const sharePlace = (a: Success, b: Success) =>
  a.environment === b.environment || (a.tier !== null && a.tier === b.tier);

function findRemediated(
  fix: Success,
  service: DeployedService,
  blamedBy: ReadonlyMap<string, Success>,
): Success | undefined {
  const id = fix.remediates!;
  const { tier, environment } = fix;
  const places = [
    { tier, environment },
    ...(tier === null ? [] : [{ tier, environment: null }]),
  ];
  for (const place of places) {
    const earlier = service
      .at(place)
      .withId(id)
      .filter(success => precedes(success, fix));
    if (earlier.length > 0) {
      return earlier.at(-1);
    }
  }
  const blamed = blamedBy.get(id);
  return blamed &&
    blamed.service === fix.service &&
    sharePlace(blamed, fix) &&
    precedes(blamed, fix)
    ? blamed
    : undefined;
}

/** When all incidents of a deployment were over; undefined: one is open, or there is none. */
function allResolvedAt(incidents: readonly Incident[]): number | undefined {
  let latest: number | undefined;
  for (const { resolvedAt } of incidents) {
    if (resolvedAt === undefined) {
      return undefined;
    }
    latest = Math.max(latest ?? resolvedAt, resolvedAt);
  }
  return latest;
}

/**
 * Decides for every success of a service whether it rolled back, failed, and
 * recovered.
 *
 * @param linked - the service's own incidents, and those of other services
 * that are blamed on its deployments
 */
export function deriveOutcomes(
  service: DeployedService,
  name: string,
  linked: readonly LinkedIncident[],
): Map<Success, Outcome> {
  const incidentsOf = new Map<Success, Incident[]>();
  const blamedBy = new Map<string, Success>();
  for (const { incident, link } of linked) {
    if (link.deployment) {
      append(incidentsOf, link.deployment, incident);
      if (incident.service === name) {
        blamedBy.set(incident.id, link.deployment);
      }
    }
  }
  const rollbacks = new Map(
    [...service.streams.values()].flatMap(stream => [
      ...findRollbacks(stream, success => incidentsOf.has(success)),
    ]),
  );
  const mendedAt = new Map<Success, number>();
  const mend = (broken: Success | undefined, fix: Success) => {
    if (broken) {
      const known = mendedAt.get(broken) ?? Infinity;
      mendedAt.set(broken, Math.min(known, fix.finishedAt));
    }
  };
  rollbacks.forEach(mend);
  const successes = [...service.streams.values()].flat();
  for (const success of successes) {
    if (success.remediates !== undefined) {
      mend(findRemediated(success, service, blamedBy), success);
    }
  }
  return new Map(
    successes.map(success => {
      const incidents = incidentsOf.get(success) ?? [];
      const mended = mendedAt.get(success);
      const resolved = allResolvedAt(incidents);
      const recovered = Math.min(mended ?? Infinity, resolved ?? Infinity);
      const rollback = rollbacks.has(success);
      return [
        success,
        {
          rollback,
          rework:
            rollback ||
            success.kind === 'hotfix' ||
            success.remediates !== undefined,
          undid: rollbacks.get(success),
          failed: incidents.length > 0 || mended !== undefined,
          recoveredAt: Number.isFinite(recovered) ? recovered : undefined,
        },
      ];
    }),
  );
}

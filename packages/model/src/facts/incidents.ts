import { by, groupBy, latest, sorted } from '../order';
import type { Environments, Place } from './environments';
import {
  compareEvents,
  firstGiven,
  greatestFirst,
  type EventOf,
  type IncidentEvent,
} from './events';

/** A time during which an incident was active. `end` null: it still is. @public */
export interface ActivePeriod {
  readonly start: number;
  readonly end: number | null;
}

/** What an incident says about its cause. @public */
export interface IncidentCause {
  readonly deployment_id?: string;
  readonly commit_sha?: string;
  readonly pr_id?: string;
  readonly correlation_id?: string;
  readonly service_id?: string;
}

/** What a person said about the link of an incident. @public */
export interface LinkCorrection {
  /** Null: to no deployment. */
  readonly deploymentId: string | null;
  /** Null: the incident's own place. */
  readonly place: Place | null;
}

/** What every incident has, also one that was never opened. @public */
export interface IncidentFacts {
  readonly service: string;
  readonly id: string;
  readonly place: Place;
  readonly external: boolean;
  readonly cause: IncidentCause | null;
  /** The last one; null: nobody corrected the link. */
  readonly correction: LinkCorrection | null;
}

/** An incident that began. Times in milliseconds since the epoch. @public */
export interface Incident extends IncidentFacts {
  readonly periods: readonly ActivePeriod[];
  readonly start: number;
  /** Null: open. */
  readonly resolvedAt: number | null;
  /** Milliseconds active; null: open. */
  readonly duration: number | null;
}

/** An incident that has only `resolved` events, and so is excluded. @public */
export interface NeverOpened {
  readonly service: string;
  readonly id: string;
  readonly place: Place;
  readonly lastResolved: number;
}

/** The incidents of one service. @public */
export interface Incidents {
  readonly begun: readonly Incident[];
  readonly neverOpened: readonly NeverOpened[];
}

const TURN = {
  'incident.opened': 0,
  'incident.resolved': 1,
  'incident.reopened': 2,
};

/**
 * "Walk its events by `(time, opened < resolved < reopened, source, id)`:
 * opened and reopened start an active period unless one runs; resolved ends it."
 */
function activePeriods(events: readonly IncidentEvent[]): ActivePeriod[] {
  const walk = sorted(
    events,
    by(event => [event.time, TURN[event.kind], event.source, event.id]),
  );
  const periods: ActivePeriod[] = [];
  let runningSince: number | undefined;
  for (const event of walk) {
    if (event.kind !== 'incident.resolved') {
      runningSince ??= event.time;
    } else if (runningSince !== undefined) {
      periods.push({ start: runningSince, end: event.time });
      runningSince = undefined;
    }
  }
  return runningSince === undefined
    ? periods
    : [...periods, { start: runningSince, end: null }];
}

/** "Duration = sum of periods", known once none runs. */
function durationOf(periods: readonly ActivePeriod[]): number | null {
  let duration = 0;
  for (const { start, end } of periods) {
    if (end === null) {
      return null;
    }
    duration += end - start;
  }
  return duration;
}

function lastCorrection(
  corrections: ReadonlyArray<EventOf<'incident.linked'>>,
  environments: Environments,
): LinkCorrection | null {
  const [last] = greatestFirst(corrections);
  return last
    ? {
        deploymentId: last.data.deployment_id ?? null,
        place:
          last.data.environment === undefined
            ? null
            : environments.placeOf(last.data.environment),
      }
    : null;
}

/**
 * The incidents of one service, in the order of their ids.
 *
 * @param events - its events of opening, resolving and reopening
 * @param corrections - its `incident.linked` events
 */
export function incidentsOf(
  events: readonly IncidentEvent[],
  corrections: ReadonlyArray<EventOf<'incident.linked'>>,
  environments: Environments,
): Incidents {
  const begun: Incident[] = [];
  const neverOpened: NeverOpened[] = [];
  const groups = groupBy(events, event => event.data.incident_id);
  for (const [id, group] of sorted(
    groups,
    by(([key]) => [key]),
  )) {
    const ranked = greatestFirst(group);
    const service = ranked[0].data.service_id;
    const place = environments.placeOf(
      firstGiven(ranked, event => event.data.environment),
    );
    const periods = activePeriods(group);
    if (periods.length === 0) {
      const lastResolved = latest(group.map(event => event.time))!;
      neverOpened.push({ service, id, place, lastResolved });
    } else {
      begun.push({
        service,
        id,
        place,
        external: firstGiven(ranked, event => event.data.external) ?? false,
        cause: firstGiven(ranked, event => event.data.cause) ?? null,
        correction: lastCorrection(
          sorted(corrections, compareEvents).filter(
            event => event.data.incident_id === id,
          ),
          environments,
        ),
        periods,
        start: periods[0].start,
        resolvedAt: periods[periods.length - 1].end,
        duration: durationOf(periods),
      });
    }
  }
  return { begun, neverOpened };
}

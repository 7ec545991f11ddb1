import type {
  MetricStatus,
  TimeToRestore,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Incident } from '../facts/incidents';
import { earliest } from '../order';
import type { Rows } from '../rows';
import { bandOf, type BandYear } from './bands';
import { countReasons, mean, percentile, secondsOrNull } from './numbers';
import { isWithin, type Window } from './window';

/** "Those active just before the window's end". */
const isActiveBefore = (end: number) => (incident: Incident) =>
  incident.periods.some(
    period => period.start < end && (period.end === null || period.end >= end),
  );

/**
 * "Duration of resolved incidents: median, mean, p90, `count`; apart from them
 * `open` = those active just before the window's end, and `oldestOpenAge` =
 * window's end - start".
 *
 * @param isSourceKnown - whether a service of the scope has an incident source
 */
export function timeToRestore(
  rows: Rows,
  window: Window,
  isSourceKnown: boolean,
  { bandYear }: { readonly bandYear: BandYear },
): Omit<TimeToRestore, 'unit'> {
  const isIn = isWithin(window);
  const incidents = rows.incidents.map(({ incident }) => incident);
  const durations = incidents.flatMap(incident =>
    isIn(incident.resolvedAt) && incident.duration !== null
      ? [incident.duration]
      : [],
  );
  const open = incidents.filter(isActiveBefore(window.to));
  const oldest = earliest(open.map(incident => incident.start));
  const excluded = rows.neverOpened
    .filter(incident => isIn(incident.lastResolved))
    .map(() => 'resolved_before_opened' as const);

  const status = ((): MetricStatus => {
    if (!isSourceKnown) {
      return 'no_incident_source';
    }
    if (durations.length === 0) {
      return open.length > 0 ? 'only_open' : 'no_incidents';
    }
    return 'ok';
  })();
  const at = (fraction: number) =>
    secondsOrNull(percentile(durations, fraction));
  const p50 = at(0.5);
  return {
    status,
    value: p50,
    p50,
    mean: secondsOrNull(mean(durations)),
    p90: at(0.9),
    count: durations.length,
    open: open.length,
    oldestOpenAge: secondsOrNull(
      oldest === undefined ? null : window.to - oldest,
    ),
    excluded: countReasons(excluded),
    band: bandOf('restore', p50, durations.length, bandYear),
  };
}

import type { JsonEvent } from '../transport/client';
import { dayOf } from './calendar';
import type { TimedEvent } from './events';
import { ServiceHistory } from './history';
import { SERVICES } from './organisation';
import { tellBirth, tellRuns } from './scaffolding';
import { tellDay } from './telling';

export interface SimulationRequest {
  readonly seed: number;
  /** How many calendar days, the last one included. */
  readonly days: number;
  /** Nothing is told that happens later, in milliseconds since the epoch. */
  readonly until: number;
}

const bySequence = (a: TimedEvent, b: TimedEvent) =>
  a.time - b.time || (String(a.event.id) < String(b.event.id) ? -1 : 1);

/**
 * Half a year in the life of an organisation, in order of time.
 *
 * What happens because of one day is the same whatever the period is, so a run
 * of tomorrow adds a day to what today's has told, and changes nothing.
 */
export function simulate({
  seed,
  days,
  until,
}: SimulationRequest): JsonEvent[] {
  const lastDay = dayOf(until);
  const firstDay = lastDay - days + 1;
  const events: TimedEvent[] = [];
  const histories = SERVICES.map(
    service => new ServiceHistory({ service, seed, lastDay }),
  );
  for (let day = firstDay; day <= lastDay; day += 1) {
    events.push(...tellRuns(seed, day));
    for (const history of histories) {
      events.push(...tellDay(history, day));
      if (history.service.born === day) {
        events.push(...tellBirth(seed, history.service));
      }
    }
  }
  return events
    .filter(({ time }) => time <= until)
    .sort(bySequence)
    .map(({ event }) => event);
}

import type {
  ContractEvent,
  EventKind,
} from '@four-keys/backstage-plugin-four-keys-common';
import { by, sorted } from '../order';

/** An event of one of some kinds. */
export type EventOf<K extends EventKind> = Extract<ContractEvent, { kind: K }>;

/** A report about a deployment. */
export type DeployEvent = EventOf<'deploy.started' | 'deploy.completed'>;

/** A report about a commit or a pull request. */
export type ChangeEvent = EventOf<'change.created' | 'change.merged'>;

/** A report about an incident, other than a correction of its link. */
export type IncidentEvent = EventOf<
  'incident.opened' | 'incident.resolved' | 'incident.reopened'
>;

/**
 * "Where several events give a field, the one with the greatest
 * `(time, source, id)` wins".
 */
export const compareEvents = by<ContractEvent>(event => [
  event.time,
  event.source,
  event.id,
]);

/** The greatest event first. */
export const greatestFirst = <E extends ContractEvent>(events: readonly E[]) =>
  sorted(events, (a, b) => compareEvents(b, a));

/** What the first of the events that gives something gives. */
export function firstGiven<E, V>(
  events: readonly E[],
  read: (event: E) => V | undefined,
): V | undefined {
  for (const event of events) {
    const value = read(event);
    if (value !== undefined) {
      return value;
    }
  }
  return undefined;
}

/**
 * "An exact duplicate is the same event; of two different events with one
 * `(source, id)` the stored one stays".
 */
export function withoutDuplicates(
  events: readonly ContractEvent[],
): ContractEvent[] {
  const seen = new Set<string>();
  return events.filter(event => {
    const identity = JSON.stringify([event.source, event.id]);
    const isNew = !seen.has(identity);
    seen.add(identity);
    return isNew;
  });
}

/** The events of one of some kinds. */
export const ofKind = <K extends EventKind>(
  events: readonly ContractEvent[],
  ...kinds: readonly K[]
): EventOf<K>[] =>
  events.filter((event): event is EventOf<K> =>
    (kinds as readonly EventKind[]).includes(event.kind),
  );

import type {
  SourceEvent,
  SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

/** The events of a webhook that says something. */
export function allEvents(result: SourceResult): readonly SourceEvent[] {
  if (!('events' in result)) {
    throw new Error(`Ignored: ${result.ignored}`);
  }
  return result.events;
}

/** The event of a webhook that says one thing. */
export function onlyEvent(result: SourceResult): SourceEvent {
  const events = allEvents(result);
  if (events.length !== 1) {
    throw new Error(`${events.length} events, not one`);
  }
  return events[0];
}

/** Why a webhook says nothing. */
export function reasonOf(result: SourceResult): string {
  if (!('ignored' in result)) {
    throw new Error(`Not ignored: ${JSON.stringify(result.events)}`);
  }
  return result.ignored;
}

import { createHash } from 'crypto';
import { MAX_ID_LENGTH } from '@four-keys/backstage-plugin-four-keys-common';
import type { SourceEvent } from '../port';

/**
 * The id of an event, made from what it is about: the path of the repository
 * for people, then segments of which one never changes hands (a vendor's own
 * id, a sha). The same from a webhook, from polling and from a backfill.
 *
 * @public
 */
export function eventId(
  container: string,
  ...segments: ReadonlyArray<string | number>
): string {
  const id = [...container.toLowerCase().split('/'), ...segments]
    .map(segment => encodeURIComponent(segment))
    .join('/');
  return id.length <= MAX_ID_LENGTH
    ? id
    : createHash('sha256').update(id).digest('hex');
}

/** What happened, before it is told of a service. @public */
export type Happening = Pick<SourceEvent, 'kind' | 'time' | 'data'> & {
  readonly container: string;
  /** The segments of {@link eventId}. */
  readonly id: ReadonlyArray<string | number>;
};

/**
 * One event for each service. Its id names the service only where there are
 * several, so that a repository of one service keeps short ids.
 *
 * @public
 */
export function eventsOf(
  services: readonly string[],
  { kind, time, data, container, id }: Happening,
): SourceEvent[] {
  return services.map(service => ({
    kind,
    id: eventId(container, ...id, ...(services.length > 1 ? [service] : [])),
    time,
    data: { service_id: service, ...data },
  }));
}

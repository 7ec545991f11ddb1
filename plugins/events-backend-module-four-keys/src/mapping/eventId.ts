import { createHash } from 'crypto';
import { MAX_ID_LENGTH } from '@four-keys/backstage-plugin-four-keys-common';

/**
 * The id of an event, made from what it is about: the path of the repository
 * for people, then segments of which one never changes hands (a vendor's own
 * id, a sha). The same from a webhook, from polling and from a backfill.
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

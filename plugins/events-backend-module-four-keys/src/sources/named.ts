import { createHash } from 'crypto';
import { MAX_ID_LENGTH } from '@four-keys/backstage-plugin-four-keys-common';
import type {
  ServiceAnswer,
  ServiceResolver,
  ServiceSubject,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

/** The service that the payload itself names, else the one that is known of where it comes from. */
export const serviceNamedOr = (
  named: string | null | undefined,
  resolve: ServiceResolver,
  subject: ServiceSubject,
): ServiceAnswer => (named ? { services: [named] } : resolve(subject));

/** The first of some keys under which a map says something. */
export function firstOf(
  map: Readonly<Record<string, string | null | undefined>> | null | undefined,
  keys: readonly string[],
): string | undefined {
  const key = keys.find(one => map?.[one]);
  return key === undefined ? undefined : map?.[key] ?? undefined;
}

/** Room for the name of the vendor before an id of the contract. */
const LONGEST = MAX_ID_LENGTH - 20;

/** An address or a path as a part of an id: itself, or its hash where it is too long. */
export const lastingId = (text: string): string =>
  text.length <= LONGEST
    ? text
    : createHash('sha256').update(text).digest('hex');

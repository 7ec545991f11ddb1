/**
 * Every event type of the contract as `family.verb`, the last two segments of
 * a CloudEvents type.
 *
 * @public
 */
export const EVENT_KINDS = [
  'change.created',
  'change.merged',
  'build.started',
  'build.completed',
  'deploy.started',
  'deploy.completed',
  'incident.opened',
  'incident.reopened',
  'incident.resolved',
  'incident.linked',
  'scaffold.started',
  'scaffold.completed',
  'policy.evaluated',
] as const;

/** @public */
export type EventKind = (typeof EVENT_KINDS)[number];

/** The prefix of the types that we publish ourselves, unless configured otherwise. @public */
export const DEFAULT_TYPE_PREFIX = 'dev.fourkeys';

const kinds: ReadonlySet<string> = new Set(EVENT_KINDS);

/**
 * The kind that a CloudEvents type stands for, whatever its reverse-DNS prefix;
 * undefined for types outside the contract.
 *
 * @public
 */
export function eventKindOf(type: string): EventKind | undefined {
  const kind = type.split('.').slice(-2).join('.');
  return kinds.has(kind) ? (kind as EventKind) : undefined;
}

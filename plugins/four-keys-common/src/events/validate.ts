import { eventDataSchemas, type EventData } from './data';
import { eventEnvelopeSchema, type EventEnvelope } from './envelope';
import { mapForeignEvent } from './foreign';
import { pruneNotGiven } from './given';
import { findStructuralProblem } from './structure';
import { formatInstant, parseInstant } from './time';
import { eventKindOf, EVENT_KINDS, type EventKind } from './types';

/** How far ahead of the reader's clock a time may lie, in milliseconds. @public */
export const MAX_AHEAD_MS = 10 * 60 * 1000;

/** The largest event, in bytes of its JSON. @public */
export const MAX_EVENT_BYTES = 256 * 1024;

/** The largest batch of `POST /events`. @public */
export const MAX_BATCH_EVENTS = 500;

/** The only major version of the contract so far. @public */
export const CONTRACT_MAJOR = 1;

/**
 * Why an event is not taken. `docs/errors.md` explains each.
 *
 * @public
 */
export type RejectionCode =
  | 'not_an_object'
  | 'event_too_large'
  | 'too_deep'
  | 'forbidden_characters'
  | 'missing_field'
  | 'invalid_field'
  | 'invalid_time'
  | 'time_in_future'
  | 'unknown_type'
  | 'unsupported_version'
  | 'forbidden_type';

/** What is wrong with an event and where. @public */
export interface Rejection {
  code: RejectionCode;
  /** The path of the field within the event, such as `data.commit_sha`. */
  field?: string;
  /** A sentence that names the field, the problem and the way out. */
  message: string;
}

/**
 * An event of the contract, read: its kind decided, its data normalised, its
 * instants in milliseconds since the epoch.
 *
 * @public
 */
export type ContractEvent = {
  [K in EventKind]: {
    kind: K;
    source: string;
    id: string;
    time: number;
    data: EventData<K>;
    /** The event as it was sent, untouched. */
    envelope: EventEnvelope;
  };
}[EventKind];

/** @public */
export type ValidationResult =
  | { ok: true; event: ContractEvent }
  | { ok: false; rejection: Rejection };

/** @public */
export interface ValidateOptions {
  /**
   * The reader's clock in milliseconds since the epoch. Without it no time
   * counts as lying in the future, which is what a replay of history wants.
   */
  now?: number;
}

const MISSING = 'is missing';

const EXTENSION_NAME = /^[a-z0-9]{1,20}$/;

/** What the HTTP and Kafka bindings or the SDK may put beside extensions. */
const NOT_EXTENSIONS = new Set(['data', 'data_base64']);

const reject = (
  code: RejectionCode,
  field: string | undefined,
  problem: string,
): ValidationResult => ({
  ok: false,
  rejection: {
    code,
    ...(field === undefined ? {} : { field }),
    message: field === undefined ? problem : `${field} ${problem}`,
  },
});

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly params?: Record<string, unknown>;
  /** One list per alternative of a union. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** The issue of a union's alternative that the value came closest to: the one deepest in. */
function innermost(issue: Issue): Issue {
  return (issue.errors ?? []).flat().reduce((deepest, inner) => {
    const candidate = innermost({
      ...inner,
      path: [...issue.path, ...inner.path],
    });
    return candidate.path.length > deepest.path.length ? candidate : deepest;
  }, issue);
}

function rejectIssue(
  outer: Issue,
  root: unknown,
  prefix: readonly string[],
): ValidationResult {
  const issue = innermost(outer);
  const field = [...prefix, ...issue.path.map(String)].join('.');
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    root,
  );
  const reason = issue.params?.reason;
  if (reason === 'invalid_time') {
    return reject('invalid_time', field, issue.message);
  }
  if (
    reason === 'missing_field' ||
    value === undefined ||
    value === null ||
    value === ''
  ) {
    return reject(
      'missing_field',
      field,
      reason === 'missing_field' ? issue.message : MISSING,
    );
  }
  return reject('invalid_field', field, issue.message);
}

const TIME_FIELDS = [
  'committed_at',
  'opened_at',
  'first_review_at',
  'merged_at',
  'started_at',
  'finished_at',
] as const;

function findFutureTime(event: ContractEvent, limit: number) {
  if (event.time > limit) {
    return { field: 'time', instant: event.time };
  }
  const data = event.data as Record<string, unknown>;
  for (const field of TIME_FIELDS) {
    const instant = data[field];
    if (typeof instant === 'number' && instant > limit) {
      return { field: `data.${field}`, instant };
    }
  }
  const commits = data.commits as Array<{ committed_at?: number }> | undefined;
  for (const [index, commit] of (commits ?? []).entries()) {
    if (commit.committed_at !== undefined && commit.committed_at > limit) {
      return {
        field: `data.commits.${index}.committed_at`,
        instant: commit.committed_at,
      };
    }
  }
  return undefined;
}

/** The major version that our own `dataschema` names; undefined for anybody else's. */
function majorVersionOf(dataschema: string): number | undefined {
  const match = /(?:four-?keys)[^?#]*?\/v?(\d+)(?:\.\d+)*(?:[/.?#]|$)/i.exec(
    dataschema,
  );
  return match ? Number(match[1]) : undefined;
}

/**
 * Reads one CloudEvent. The envelope is strict, the data tolerant: unknown
 * attributes and fields are kept, what is known must be right.
 *
 * Runs before any SDK object is built, because the SDK invents what is missing.
 *
 * @public
 */
export function validateEvent(
  raw: unknown,
  options: ValidateOptions = {},
): ValidationResult {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return reject(
      'not_an_object',
      undefined,
      'An event must be a JSON object, see the CloudEvents JSON format',
    );
  }
  const structural = findStructuralProblem(raw, MAX_EVENT_BYTES);
  if (structural) {
    return { ok: false, rejection: structural };
  }

  const envelope = eventEnvelopeSchema.safeParse(raw);
  if (!envelope.success) {
    return rejectIssue(envelope.error.issues[0] as Issue, raw, []);
  }
  for (const name of Object.keys(envelope.data)) {
    if (!EXTENSION_NAME.test(name) && !NOT_EXTENSIONS.has(name)) {
      return reject(
        'invalid_field',
        name,
        'is no valid attribute name: CloudEvents allows 1 to 20 of a-z and 0-9; put your own fields into data',
      );
    }
  }
  const { dataschema } = envelope.data;
  const major = dataschema ? majorVersionOf(dataschema) : undefined;
  if (major !== undefined && major !== CONTRACT_MAJOR) {
    return reject(
      'unsupported_version',
      'dataschema',
      `names major version ${major} of the contract; this collector reads version ${CONTRACT_MAJOR}, upgrade it before its publishers`,
    );
  }

  const mapped = mapForeignEvent(envelope.data);
  if ('rejection' in mapped) {
    return { ok: false, rejection: mapped.rejection };
  }
  const kind = mapped.kind ?? eventKindOf(envelope.data.type);
  if (!kind) {
    return reject(
      'unknown_type',
      'type',
      `is ${JSON.stringify(
        envelope.data.type,
      )}, whose last two segments are none of ${EVENT_KINDS.join(', ')}`,
    );
  }
  const given = mapped.data ?? envelope.data.data;
  if (kind === 'incident.linked' && !('deployment_id' in given)) {
    return reject(
      'missing_field',
      'data.deployment_id',
      'is missing; null links the incident to no deployment',
    );
  }
  const pruned = (pruneNotGiven(given) ?? {}) as Record<string, unknown>;
  const { correlationid } = envelope.data;
  if (pruned.correlation_id === undefined && correlationid) {
    pruned.correlation_id = correlationid;
  }
  const data = eventDataSchemas[kind].safeParse(pruned);
  if (!data.success) {
    return rejectIssue(data.error.issues[0] as Issue, pruned, ['data']);
  }

  const event = {
    kind,
    source: envelope.data.source,
    id: envelope.data.id,
    time: parseInstant(envelope.data.time)!,
    data: data.data,
    envelope: envelope.data,
  } as ContractEvent;

  if (options.now !== undefined) {
    const future = findFutureTime(event, options.now + MAX_AHEAD_MS);
    if (future) {
      return reject(
        'time_in_future',
        future.field,
        `is ${formatInstant(
          future.instant,
        )}, more than 10 minutes ahead of the collector's clock; check the clock of the sender`,
      );
    }
  }
  return { ok: true, event };
}

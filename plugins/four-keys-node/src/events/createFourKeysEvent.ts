import { InputError } from '@backstage/errors';
import {
  DEFAULT_TYPE_PREFIX,
  type EventDataInput,
  type EventKind,
  formatInstant,
  parseInstant,
  validateEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { CloudEvent, V1 } from 'cloudevents';
import type { EventInput } from './service';

/** @public */
export interface CreateFourKeysEventOptions<K extends EventKind> {
  readonly kind: K;
  /** Who says so, a URI reference such as `github.com/org/repo`. */
  readonly source: string;
  /**
   * Unique within the source and derived from what happened, so that telling
   * it twice is the same event.
   */
  readonly id: string;
  /**
   * When the thing happened: RFC 3339 with zone, a Date, or milliseconds since
   * the epoch.
   */
  readonly time: string | number | Date;
  readonly data: EventDataInput<K>;
  /** `fourKeys.events.typePrefix`; default `dev.fourkeys`. */
  readonly prefix?: string;
  /** Events with one key are read in the order of their arrival; default: the service. */
  readonly partitionKey?: string;
  readonly subject?: string;
}

function timeText(time: string | number | Date): string {
  const instant = typeof time === 'string' ? parseInstant(time) : Number(time);
  if (instant === undefined) {
    return String(time);
  }
  try {
    return formatInstant(instant);
  } catch {
    throw new InputError(
      `time is ${instant}, which is no instant; give milliseconds since the epoch`,
    );
  }
}

/**
 * Makes an event of the contract.
 *
 * @throws InputError that names the field, the problem and the way out.
 * @public
 */
export function createFourKeysEvent<K extends EventKind>(
  options: CreateFourKeysEventOptions<K>,
): EventInput {
  const { kind, source, id, data, prefix = DEFAULT_TYPE_PREFIX } = options;
  const { correlation_id: correlationId } = data as {
    correlation_id?: string | number;
  };
  const event = {
    specversion: V1,
    id,
    source,
    type: `${prefix}.${kind}`,
    time: timeText(options.time),
    datacontenttype: 'application/json',
    ...(options.subject ? { subject: options.subject } : {}),
    ...(correlationId ? { correlationid: String(correlationId) } : {}),
    ...(options.partitionKey ? { partitionkey: options.partitionKey } : {}),
    data,
  };
  // Before the SDK sees it, which would make up an id or a time that is missing.
  const result = validateEvent(event);
  if (!result.ok) {
    throw new InputError(
      `The event ${kind} cannot be made: ${result.rejection.message}`,
    );
  }
  return JSON.parse(new CloudEvent(event).toString());
}

import {
  DEFAULT_TYPE_PREFIX,
  formatInstant,
  parseInstant,
  validateEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { UserError } from '../runtime';
import { dataOf, type Data, type DataRequest } from './data';
import { flagOfField, type Family } from './fields';
import { idOf, occasion, type Moment } from './identity';
import { kindOf, readStatus, statusesOf, statusFromCi } from './status';

/** A CloudEvent in the structured JSON format. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly correlationid?: string;
  readonly partitionkey?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is said about the event itself rather than in its data. */
export interface EnvelopeFlags {
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly typePrefix?: string;
  readonly partitionKey?: string;
  readonly status?: string;
}

export interface EventRequest extends DataRequest {
  readonly envelope: EnvelopeFlags;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

function statusOf({ family, envelope, context }: EventRequest): string {
  if (envelope.status) {
    return readStatus(family, envelope.status);
  }
  const known =
    statusFromCi(family, context.ci?.status) ??
    (family === 'change' ? 'merged' : undefined);
  if (!known) {
    throw new UserError(
      `--status is missing; give one of ${statusesOf(family).join(', ')}`,
    );
  }
  return known;
}

/** The field that says when a thing of this status happened. */
const MOMENTS: Readonly<Record<string, string>> = {
  started: 'started_at',
  success: 'finished_at',
  failure: 'finished_at',
  cancelled: 'finished_at',
  merged: 'merged_at',
};

function momentOf(status: string, request: EventRequest, data: Data): Moment {
  const text = request.envelope.time || data[MOMENTS[status]];
  if (text === undefined) {
    return { time: request.now, given: false };
  }
  const time = parseInstant(String(text));
  if (time === undefined) {
    const flag = request.envelope.time
      ? '--time'
      : flagOfField(request.family, MOMENTS[status]);
    throw new UserError(
      `${flag} is "${text}", which is no RFC 3339 time with a zone; write it like 2026-06-10T12:34:56Z`,
    );
  }
  return { time, given: true };
}

/** A deployment that nothing names is told from others by what and when it is. */
function inventDeploymentId(data: Data, moment: Moment): string {
  const what = data.commit_sha ?? data.version ?? 'unversioned';
  return `cli-${String(what).toLowerCase()}-${occasion(moment)}`;
}

/** Says what a rejected event lacks in terms of the flags that made it. */
function reject(
  family: Family,
  field: string | undefined,
  message: string,
): UserError {
  const flag = field && flagOfField(family, field);
  return new UserError(
    flag
      ? message.replace(field, () => flag)
      : `The event would be rejected: ${message}`,
  );
}

/**
 * Makes an event of the contract out of flags and what is known around them.
 *
 * @throws UserError naming the flag that is missing or wrong
 */
export function buildEvent(request: EventRequest): CloudEvent {
  const { family, envelope, context } = request;
  const status = statusOf(request);
  const data = dataOf(request, status);
  const moment = momentOf(status, request, data);
  if (
    family === 'deploy' &&
    data.deployment_id === undefined &&
    data.pipeline_run_id === undefined
  ) {
    data.deployment_id = inventDeploymentId(data, moment);
  }
  if (family === 'deploy' || family === 'build') {
    data.status = status === 'started' ? undefined : status;
  }
  const partitionKey = envelope.partitionKey || context.telemetryKey;
  const event: CloudEvent = {
    specversion: '1.0',
    id: envelope.id || idOf(family, status, data, moment),
    source: envelope.source || `/cli/${context.ci?.system ?? 'local'}`,
    type: `${
      envelope.typePrefix || context.typePrefix || DEFAULT_TYPE_PREFIX
    }.${kindOf(family, status)}`,
    time: formatInstant(moment.time),
    datacontenttype: 'application/json',
    ...(data.correlation_id === undefined
      ? {}
      : { correlationid: String(data.correlation_id) }),
    ...(partitionKey ? { partitionkey: partitionKey } : {}),
    data,
  };
  const result = validateEvent(event);
  if (!result.ok) {
    throw reject(family, result.rejection.field, result.rejection.message);
  }
  return event;
}

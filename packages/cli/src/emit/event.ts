import {
  DEFAULT_TYPE_PREFIX,
  formatInstant,
  parseInstant,
  validateEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { UserError } from '../runtime';
import type { EmitContext } from './context';
import { FIELD_FLAGS, flagOfField, longFlagOf, type Family } from './fields';
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

/** Values of flags, by the path of the field in `data`. */
export type FieldValues = Readonly<Record<string, unknown>>;

/** What is said about the event itself rather than in its data. */
export interface EnvelopeFlags {
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly typePrefix?: string;
  readonly partitionKey?: string;
  readonly status?: string;
}

export interface EventRequest {
  readonly family: Family;
  readonly fields: FieldValues;
  readonly envelope: EnvelopeFlags;
  readonly context: EmitContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Data = Record<string, unknown>;

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

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0);

/** The fields as given, nested as in `data`; what is empty is not given. */
function givenFields({ family, fields }: EventRequest): Data {
  const data: Data = {};
  for (const { field } of FIELD_FLAGS[family]) {
    const value = fields[field];
    if (isEmpty(value)) {
      continue;
    }
    const [outer, inner] = field.split('.');
    if (inner) {
      data[outer] = { ...(data[outer] as Data | undefined), [inner]: value };
    } else {
      data[outer] = value;
    }
  }
  return data;
}

/** The commit, branch and version around us, unless the caller names a commit. */
function detectedCommit(given: Data, context: EmitContext): Data {
  const { ci, head } = context;
  if (given.commit_sha !== undefined) {
    const known =
      given.commit_sha === ci?.commitSha ||
      given.commit_sha === head?.commitSha;
    return known ? { branch: ci?.branch ?? head?.branch } : {};
  }
  return {
    commit_sha: ci?.commitSha ?? head?.commitSha,
    branch: ci?.branch ?? head?.branch,
    version: ci?.tag,
  };
}

function defaultsOf(request: EventRequest, given: Data): Data {
  const { family, context } = request;
  const { ci } = context;
  const commit = detectedCommit(given, context);
  const all: Data = {
    service_id: context.serviceId,
    correlation_id: context.correlationId,
    ...(family === 'incident' ? {} : commit),
    ...(given.initiator === true ? { initiator: ci?.actor } : {}),
  };
  if (family === 'deploy' || family === 'build') {
    all.pipeline_run_id = ci?.pipelineRunId;
  }
  if (family === 'deploy') {
    all.environment = ci?.environment;
    all.deployment_id = given.pipeline_run_id ? undefined : ci?.deploymentId;
  }
  if (family === 'change') {
    all.repository = ci?.repository;
    all.pr_id = given.commit_sha === undefined ? ci?.prId : undefined;
    all.template_id = context.templateId;
    all.template_version = given.template_id
      ? undefined
      : context.templateVersion;
  }
  return all;
}

function merge(family: Family, given: Data, defaults: Data): Data {
  const known = new Set(
    FIELD_FLAGS[family].map(({ field }) => field.split('.')[0]),
  );
  const merged: Data = {};
  for (const key of known) {
    const value =
      given[key] === undefined || (given[key] === true && key === 'initiator')
        ? defaults[key]
        : given[key];
    if (value !== undefined && value !== '') {
      merged[key] = value;
    }
  }
  return merged;
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

const REQUIRED: Readonly<Record<Family, readonly string[]>> = {
  deploy: ['service_id', 'environment'],
  change: ['service_id', 'commit_sha'],
  build: ['service_id', 'pipeline_run_id'],
  incident: ['service_id', 'incident_id'],
};

function checkRequired({ family, context }: EventRequest, data: Data) {
  for (const field of REQUIRED[family]) {
    if (data[field] === undefined) {
      const around = context.ci
        ? `${context.ci.system} does not say it`
        : 'no CI system was recognised that would say it';
      throw new UserError(
        `${flagOfField(
          family,
          field,
        )} is missing, and ${around}; give the flag${
          field === 'service_id'
            ? ', set FOUR_KEYS_SERVICE_ID or put it into .four-keys.env'
            : ''
        }`,
      );
    }
  }
}

/** A deployment that nothing names is told from others by what and when it is. */
function inventDeploymentId(data: Data, moment: Moment): string {
  const what = data.commit_sha ?? data.version ?? 'unversioned';
  return `cli/${String(what).toLowerCase()}/${occasion(moment)}`;
}

function withoutOtherVerb(family: Family, status: string, data: Data): Data {
  if (family !== 'change' || status === 'merged') {
    return data;
  }
  for (const flag of FIELD_FLAGS.change) {
    if (
      flag.description.endsWith('(only when merged)') &&
      data[flag.field] !== undefined
    ) {
      throw new UserError(
        `${longFlagOf(
          flag,
        )} says something about a merged change; remove it, or give --status merged`,
      );
    }
  }
  return data;
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
  const given = givenFields(request);
  const data = withoutOtherVerb(
    family,
    status,
    merge(family, given, defaultsOf(request, given)),
  );
  checkRequired(request, data);
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

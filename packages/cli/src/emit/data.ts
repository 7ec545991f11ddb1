import { UserError } from '../runtime';
import type { EmitContext } from './context';
import {
  FIELD_FLAGS,
  flagOfField,
  longFlagOf,
  MERGED_ONLY,
  type Family,
} from './fields';

/** Values of flags, by the path of the field in `data`. */
export type FieldValues = Readonly<Record<string, unknown>>;

/** The `data` of an event that is being made. */
export type Data = Record<string, unknown>;

export interface DataRequest {
  readonly family: Family;
  readonly fields: FieldValues;
  readonly context: EmitContext;
}

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0);

/** The fields as given, nested as in `data`; what is empty is not given. */
function givenFields({ family, fields }: DataRequest): Data {
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

function defaultsOf(request: DataRequest, given: Data): Data {
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

const REQUIRED: Readonly<Record<Family, readonly string[]>> = {
  deploy: ['service_id', 'environment'],
  change: ['service_id', 'commit_sha'],
  build: ['service_id', 'pipeline_run_id'],
  incident: ['service_id', 'incident_id'],
};

function checkRequired({ family, context }: DataRequest, data: Data) {
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

function checkVerb(family: Family, status: string, data: Data) {
  if (family !== 'change' || status === 'merged') {
    return;
  }
  for (const flag of FIELD_FLAGS.change) {
    if (MERGED_ONLY.has(flag.field) && data[flag.field] !== undefined) {
      throw new UserError(
        `${longFlagOf(
          flag,
        )} says something about a merged change; remove it, or give --status merged`,
      );
    }
  }
}

/**
 * What the flags say, completed by what is known around them.
 *
 * @throws UserError naming the flag that is missing, or that says nothing here
 */
export function dataOf(request: DataRequest, status: string): Data {
  const given = givenFields(request);
  const data = merge(request.family, given, defaultsOf(request, given));
  checkVerb(request.family, status, data);
  checkRequired(request, data);
  return data;
}

import { z } from 'zod/v4';
import {
  commitField,
  environmentField,
  idField,
  labelsField,
  shaField,
  textField,
  timeField,
} from './fields';
import type { EventKind } from './types';

const optional = {
  id: idField.optional(),
  sha: shaField.optional(),
  text: textField.optional(),
  time: timeField.optional(),
};

const lineage = {
  template_id: optional.id,
  template_version: optional.id,
};

const correlation = { correlation_id: optional.id };

const change = {
  ...correlation,
  ...lineage,
  service_id: idField,
  commit_sha: shaField,
  committed_at: optional.time,
  pr_id: optional.id,
  branch: optional.id,
  repository: optional.text,
  url: optional.text.describe('Where people read about it'),
  initiator: optional.text,
  labels: labelsField.optional(),
};

const build = {
  ...correlation,
  service_id: idField,
  pipeline_run_id: idField,
  commit_sha: optional.sha,
  committed_at: optional.time,
  artifact: optional.text,
  url: optional.text.describe('Where people read about the run'),
  started_at: optional.time,
  finished_at: optional.time,
};

const deploy = {
  ...correlation,
  service_id: idField,
  environment: environmentField,
  deployment_id: optional.id,
  pipeline_run_id: optional.id,
  commit_sha: optional.sha,
  committed_at: optional.time,
  pr_id: optional.id,
  branch: optional.id,
  version: optional.id,
  artifact: optional.text,
  commits: z.array(commitField).optional(),
  kind: optional.id.describe(
    'deploy, rollback, hotfix, config, restart or scale; anything else counts as deploy',
  ),
  remediates: optional.id.describe('A deployment id or an incident id'),
  release_id: optional.id,
  repository: optional.text,
  url: optional.text.describe('Where people read about the run'),
  started_at: optional.time,
  finished_at: optional.time,
  initiator: optional.text,
};

const incident = {
  ...correlation,
  service_id: idField,
  incident_id: idField,
  environment: environmentField.optional(),
  severity: optional.text,
  title: optional.text,
  url: optional.text,
  external: z.boolean({ error: 'must be true or false' }).optional(),
  cause: z
    .looseObject({
      deployment_id: optional.id,
      commit_sha: optional.sha,
      pr_id: optional.id,
      correlation_id: optional.id,
      service_id: optional.id,
    })
    .optional(),
};

const scaffold = {
  ...correlation,
  template_id: idField,
  run_id: idField,
  template_version: optional.id,
  platform_version: optional.text,
  service_id: optional.id,
  owner: optional.text,
  duration_ms: z.number().nonnegative().optional(),
  variant: optional.text,
};

const hasDeploymentOrRun = (data: {
  deployment_id?: string;
  pipeline_run_id?: string;
}) => data.deployment_id !== undefined || data.pipeline_run_id !== undefined;

const deploymentOrRun = {
  path: ['deployment_id'],
  message: 'is missing, and so is pipeline_run_id: one of the two is required',
  params: { reason: 'missing_field' },
};

/**
 * What `data` holds, by kind of event. Unknown fields pass through; the output
 * has ids as strings, shas and environments in lower case, times in
 * milliseconds since the epoch.
 *
 * The schemas read data from which everything that says nothing has been
 * removed, see {@link pruneNotGiven}.
 *
 * @public
 */
export const eventDataSchemas = {
  'change.created': z.looseObject(change),
  'change.merged': z.looseObject({
    ...change,
    commits: z.array(commitField).optional(),
    opened_at: optional.time,
    first_review_at: optional.time,
    merged_at: optional.time,
    kind: optional.id,
  }),
  'build.started': z.looseObject({ ...build, status: optional.text }),
  'build.completed': z.looseObject({ ...build, status: optional.text }),
  'deploy.started': z
    .looseObject({ ...deploy, status: optional.text })
    .refine(hasDeploymentOrRun, deploymentOrRun),
  'deploy.completed': z
    .looseObject({
      ...deploy,
      status: z.enum(['success', 'failure', 'cancelled'], {
        error: issue =>
          issue.input === undefined
            ? 'is missing'
            : 'must be success, failure or cancelled',
      }),
    })
    .refine(hasDeploymentOrRun, deploymentOrRun),
  'incident.opened': z.looseObject(incident),
  'incident.reopened': z.looseObject(incident),
  'incident.resolved': z.looseObject(incident),
  'incident.linked': z.looseObject({
    ...correlation,
    service_id: idField,
    incident_id: idField,
    deployment_id: idField
      .optional()
      .describe('The deployment to blame; null: none'),
    environment: environmentField.optional(),
    reason: optional.text,
    corrected_by: optional.text.describe('Who said so'),
  }),
  'scaffold.started': z.looseObject({ ...scaffold, status: optional.text }),
  'scaffold.completed': z.looseObject({ ...scaffold, status: optional.text }),
  'policy.evaluated': z.looseObject({
    ...correlation,
    policy_id: idField,
    outcome: z.enum(['pass', 'warn', 'fail'], {
      error: issue =>
        issue.input === undefined ? 'is missing' : 'must be pass, warn or fail',
    }),
    mode: optional.text,
    environment: environmentField.optional(),
    service_id: optional.id,
    run_id: optional.id,
    reasons: z.array(textField).optional(),
  }),
} as const satisfies Record<EventKind, z.ZodType>;

/** The data of an event of one kind, normalised. @public */
export type EventData<K extends EventKind = EventKind> = z.output<
  (typeof eventDataSchemas)[K]
>;

/** The data of an event of one kind, as a producer writes it. @public */
export type EventDataInput<K extends EventKind = EventKind> = z.input<
  (typeof eventDataSchemas)[K]
>;

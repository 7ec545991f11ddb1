import {
  epochSecond,
  eventsOf,
  given,
  ignored,
  objectOf,
  textOf,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import type { deploymentStatusPayload } from './payload';
import type { GithubSettings } from './settings';

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['success', 'success'],
  ['failure', 'failure'],
  ['error', 'failure'],
]);

/** The services of a deployment: what its payload says, else what is known of the repository. */
function servicesOf(
  payload: Readonly<Record<string, unknown>>,
  subject: { container: string; environment: string },
  settings: GithubSettings,
) {
  const named = textOf(payload.service_id);
  return named
    ? ({ services: [named] } as const)
    : settings.servicesOf({ ...subject, job: textOf(payload.job) });
}

export function mapDeploymentStatus(
  body: z.output<typeof deploymentStatusPayload>,
  settings: GithubSettings,
): SourceResult {
  const { deployment, deployment_status: status, repository } = body;
  const container = repository.full_name;
  if (settings.deployments !== 'status') {
    return ignored('deployments of this source are not taken from statuses');
  }
  const outcome = OUTCOMES.get(status.state);
  if (!outcome && status.state !== 'in_progress') {
    return ignored(`a deployment that is ${status.state} says nothing yet`);
  }
  if (deployment.transient_environment && !settings.transientEnvironments) {
    return ignored('the environment is transient');
  }
  const environment = settings.environmentOf({
    container,
    name: status.environment || deployment.environment || undefined,
  });
  if (!environment) {
    return ignored('the deployment names no environment');
  }
  const at = epochSecond(status.created_at);
  const time = toRfc3339(status.created_at);
  if (at === undefined || !time) {
    return ignored('deployment_status.created_at is no time');
  }
  const payload = objectOf(deployment.payload);
  const answer = servicesOf(payload, { container, environment }, settings);
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const run = body.workflow_run;
  return {
    events: eventsOf(answer.services, {
      kind: outcome ? 'deploy.completed' : 'deploy.started',
      container,
      id: ['deployment', deployment.id, status.state, at],
      time,
      data: given({
        environment,
        deployment_id: `github/${deployment.id}`,
        commit_sha: deployment.sha,
        pipeline_run_id: run && `${run.id}/${run.run_attempt ?? 1}`,
        status: outcome,
        [outcome ? 'finished_at' : 'started_at']: time,
        kind: deployment.task && settings.kindOfTask(deployment.task),
        version: textOf(payload.version),
        artifact: textOf(payload.artifact),
        remediates: textOf(payload.remediates),
        correlation_id: textOf(payload.correlation_id),
      }),
    }),
  };
}

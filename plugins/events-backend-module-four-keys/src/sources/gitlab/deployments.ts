import {
  eventsOf,
  given,
  ignored,
  isSha,
  textOf,
  toRfc3339,
  type SourceEvent,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import type { deploymentPayload, pipelinePayload } from './payload';
import type { GitlabSettings } from './settings';

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['success', 'success'],
  ['failed', 'failure'],
  ['canceled', 'cancelled'],
]);

/** The whole sha; the payload itself has eight characters of it. */
const shaOf = ({ commit_url: url, short_sha: short }: Deployment) => {
  const last = url?.split('/').pop();
  return isSha(last) ? last : short;
};

type Deployment = z.output<typeof deploymentPayload>;
type Pipeline = z.output<typeof pipelinePayload>;

export function mapDeployment(
  body: Deployment,
  settings: GitlabSettings,
): SourceResult {
  const container = body.project.path_with_namespace;
  if (settings.deployments !== 'deployment') {
    return ignored('deployments of this source are not taken from its hook');
  }
  const { status } = body;
  const outcome = OUTCOMES.get(status);
  if (!outcome && status !== 'running') {
    return ignored(`a deployment that is ${status} says nothing yet`);
  }
  const time = toRfc3339(body.status_changed_at);
  const environment = settings.environmentOf({
    container,
    name: body.environment ?? undefined,
    ref: body.ref ?? undefined,
  });
  if (!time || !environment) {
    return ignored('the deployment names no environment, or no time');
  }
  const answer = settings.servicesOf({ container, environment });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind: outcome ? 'deploy.completed' : 'deploy.started',
      container,
      id: ['deployment', body.deployment_id, status],
      time,
      data: given({
        environment,
        environment_tier: body.environment_tier,
        deployment_id: `gitlab/${body.deployment_id}`,
        commit_sha: shaOf(body),
        branch: body.ref,
        status: outcome,
        [outcome ? 'finished_at' : 'started_at']: time,
      }),
    }),
  };
}

/** The service that a pipeline names itself. */
function servicesOf(
  { project, object_attributes: pipeline }: Pipeline,
  subject: { environment?: string; job?: string },
  settings: GitlabSettings,
) {
  const named = textOf(
    pipeline.variables?.find(({ key }) => key === 'FOUR_KEYS_SERVICE')?.value,
  );
  return named
    ? ({ services: [named] } as const)
    : settings.servicesOf({
        container: project.path_with_namespace,
        ...subject,
      });
}

/** The jobs of a pipeline that deployed to an environment, where those are the deployments. */
function deploymentsOf(
  body: Pipeline,
  settings: GitlabSettings,
): SourceEvent[] {
  const container = body.project.path_with_namespace;
  const { id: run, sha, ref } = body.object_attributes;
  return (body.builds ?? []).flatMap(job => {
    const outcome = OUTCOMES.get(job.status ?? '');
    const time = toRfc3339(job.finished_at);
    const environment = settings.environmentOf({
      container,
      name: job.environment?.name,
      job: job.name ?? undefined,
      ref: ref ?? undefined,
    });
    const starts =
      job.environment && (job.environment.action ?? 'start') === 'start';
    if (!outcome || !time || !environment || !starts) {
      return [];
    }
    const answer = servicesOf(
      body,
      { environment, job: job.name ?? undefined },
      settings,
    );
    return 'unclear' in answer
      ? []
      : eventsOf(answer.services, {
          kind: 'deploy.completed',
          container,
          id: ['job', job.id, job.status!],
          time,
          data: given({
            environment,
            deployment_id: `gitlab/job/${job.id}`,
            pipeline_run_id: String(run),
            commit_sha: sha,
            branch: ref,
            status: outcome,
            started_at: toRfc3339(job.started_at),
            finished_at: time,
          }),
        });
  });
}

export function mapPipeline(
  body: Pipeline,
  settings: GitlabSettings,
): SourceResult {
  const pipeline = body.object_attributes;
  const container = body.project.path_with_namespace;
  const outcome = OUTCOMES.get(pipeline.status);
  const time = toRfc3339(pipeline.finished_at);
  if (!outcome || !time) {
    return ignored(`a pipeline that is ${pipeline.status} says nothing yet`);
  }
  const answer = servicesOf(body, {}, settings);
  const builds =
    'unclear' in answer
      ? []
      : eventsOf(answer.services, {
          kind: 'build.completed',
          container,
          id: ['pipeline', pipeline.id, pipeline.status],
          time,
          data: given({
            pipeline_run_id: String(pipeline.id),
            commit_sha: pipeline.sha,
            status: outcome,
            started_at: toRfc3339(pipeline.created_at),
            finished_at: time,
          }),
        });
  const events = [
    ...builds,
    ...(settings.deployments === 'pipeline'
      ? deploymentsOf(body, settings)
      : []),
  ];
  return events.length > 0
    ? { events }
    : ignored(
        'unclear' in answer ? answer.reason : 'the pipeline says nothing',
      );
}

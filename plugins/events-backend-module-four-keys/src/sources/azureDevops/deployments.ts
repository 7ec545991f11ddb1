import {
  epochSecond,
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import type { AzureSettings } from './settings';
import type { buildPayload, releasePayload, stagePayload } from './payload';

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['succeeded', 'success'],
  ['partiallysucceeded', 'success'],
  ['failed', 'failure'],
  ['rejected', 'failure'],
  ['canceled', 'cancelled'],
]);

const outcomeOf = (word: string | null | undefined) =>
  OUTCOMES.get(word?.toLowerCase() ?? '');

/** A deployment of a classic release. */
export function mapRelease(
  { createdDate, resource }: z.output<typeof releasePayload>,
  settings: AzureSettings,
): SourceResult {
  if (settings.deployments !== 'release') {
    return ignored('releases of this source are no deployments');
  }
  const { environment: stage, project } = resource;
  const started = stage.status.toLowerCase() === 'inprogress';
  const outcome = outcomeOf(stage.status);
  const time = toRfc3339(createdDate);
  if ((!started && !outcome) || !time) {
    return ignored(`a deployment that is ${stage.status} says nothing`);
  }
  const definition = stage.releaseDefinition?.name ?? undefined;
  const container = [project?.name, definition].filter(Boolean).join('/');
  const environment = settings.environmentOf({
    container,
    name: stage.name,
    job: definition,
  });
  if (!container || !environment) {
    return ignored('the deployment names no project and no definition');
  }
  const answer = settings.servicesOf({
    container,
    environment,
    job: definition,
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  // Deploying again keeps the environment: the attempt tells them apart.
  const attempt = Math.max(
    1,
    ...(stage.deploySteps ?? []).map(step => step.attempt ?? 1),
  );
  const state = stage.status.toLowerCase();
  return {
    events: eventsOf(answer.services, {
      kind: started ? 'deploy.started' : 'deploy.completed',
      container,
      id: ['release', stage.releaseId, stage.id, attempt, state],
      time,
      data: given({
        environment,
        deployment_id: `azure/${stage.releaseId}/${stage.id}/${attempt}`,
        version: stage.release?.name,
        status: outcome,
        [started ? 'started_at' : 'finished_at']: time,
      }),
    }),
  };
}

/** A stage of a pipeline, where a rule says that it deploys. */
export function mapStage(
  { createdDate, resource }: z.output<typeof stagePayload>,
  settings: AzureSettings,
): SourceResult {
  const { stage, run, pipeline } = resource;
  if (settings.deployments !== 'stage') {
    return ignored('stages of this source are no deployments');
  }
  const container = pipeline.name;
  const environment = settings.environmentOf({ container, job: stage.name });
  const outcome = outcomeOf(stage.result);
  const time = toRfc3339(createdDate);
  if (stage.state !== 'completed' || !outcome || !time) {
    return ignored('only a stage that ended is a deployment');
  }
  if (!environment) {
    return ignored(
      `no rule of environments gives one to the stage ${stage.name}`,
    );
  }
  const answer = settings.servicesOf({
    container,
    environment,
    job: stage.name,
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const key = [run.id, stage.id ?? stage.name, stage.attempt ?? 1] as const;
  return {
    events: eventsOf(answer.services, {
      kind: 'deploy.completed',
      container,
      id: ['stage', ...key, stage.result!.toLowerCase()],
      time,
      data: given({
        environment,
        deployment_id: `azure/stage/${key.join('/')}`,
        pipeline_run_id: String(run.id),
        status: outcome,
        finished_at: time,
      }),
    }),
  };
}

export function mapBuild(
  { resource: build }: z.output<typeof buildPayload>,
  settings: AzureSettings,
): SourceResult {
  const outcome = outcomeOf(build.result);
  const time = toRfc3339(build.finishTime);
  const second = epochSecond(build.finishTime);
  if (!outcome || !time || second === undefined) {
    return ignored('the build has no result, or no end');
  }
  const name = build.definition.name;
  const container = [build.project?.name, name].filter(Boolean).join('/');
  const answer = settings.servicesOf({ container, job: name });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind: 'build.completed',
      container,
      id: ['build', build.id, build.result!.toLowerCase(), second],
      time,
      data: given({
        pipeline_run_id: String(build.id),
        commit_sha: build.sourceVersion,
        status: outcome,
        started_at: toRfc3339(build.startTime),
        finished_at: time,
      }),
    }),
  };
}

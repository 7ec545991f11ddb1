import {
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import type { workflowRunPayload } from './payload';
import type { GithubSettings } from './settings';

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['success', 'success'],
  ['failure', 'failure'],
  ['timed_out', 'failure'],
  ['startup_failure', 'failure'],
  ['cancelled', 'cancelled'],
]);

type Body = z.output<typeof workflowRunPayload>;

/** Where a run deploys to, if a rule says that it deploys at all. */
function environmentOfRun(
  { workflow, workflow_run: run, repository }: Body,
  settings: GithubSettings,
): string | undefined {
  const container = repository.full_name;
  const fromElsewhere =
    run.head_repository && run.head_repository.full_name !== container;
  if (
    settings.deployments !== 'workflow' ||
    run.event?.startsWith('pull_request') ||
    fromElsewhere
  ) {
    return undefined;
  }
  // A path may name the ref it was read from behind an @.
  const path = (workflow?.path ?? run.path)?.replace(/@.*$/, '');
  const names = [path, workflow?.name ?? run.name];
  for (const job of names) {
    const environment =
      job &&
      settings.environmentOf({
        container,
        job,
        ref: run.head_branch ?? undefined,
      });
    if (environment) {
      return environment;
    }
  }
  return undefined;
}

export function mapWorkflowRun(
  body: Body,
  settings: GithubSettings,
): SourceResult {
  const { action, workflow_run: run, repository } = body;
  const container = repository.full_name;
  const attempt = run.run_attempt ?? 1;
  const completed = action === 'completed';
  const outcome = run.conclusion ? OUTCOMES.get(run.conclusion) : undefined;
  if (completed && !outcome) {
    return ignored(`a run that is ${run.conclusion ?? 'open'} says nothing`);
  }
  if (!completed && action !== 'in_progress') {
    return ignored(`a run that is ${action} says nothing yet`);
  }
  const startedAt = toRfc3339(run.run_started_at);
  const time = completed ? toRfc3339(run.updated_at) : startedAt;
  if (!time) {
    return ignored('the run names no time');
  }
  const environment = environmentOfRun(body, settings);
  const job = body.workflow?.name ?? run.name ?? undefined;
  const answer = settings.servicesOf({ container, environment, job });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const family = environment ? 'deploy' : 'build';
  return {
    events: eventsOf(answer.services, {
      kind: completed ? `${family}.completed` : `${family}.started`,
      container,
      id: ['run', run.id, attempt, completed ? run.conclusion! : 'started'],
      time,
      data: given({
        environment,
        deployment_id: environment && `github/run/${run.id}/${attempt}`,
        pipeline_run_id: `${run.id}/${attempt}`,
        commit_sha: run.head_sha,
        branch: environment && run.head_branch,
        status: completed ? outcome : undefined,
        started_at: startedAt,
        finished_at: completed ? time : undefined,
      }),
    }),
  };
}

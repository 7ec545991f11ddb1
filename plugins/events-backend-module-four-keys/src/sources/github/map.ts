import type { JsonObject } from '@backstage/types';
import type { z } from 'zod/v4';
import { eventId } from '../../mapping/eventId';
import { readVendorTime, toRfc3339 } from '../../mapping/time';
import type { SourceEvent, SourceResult } from '../port';
import {
  deploymentStatusPayload,
  pullRequestPayload,
  pushPayload,
} from './payload';
import type { GithubSettings } from './settings';

const ignored = (reason: string): SourceResult => ({ ignored: reason });

const given = (data: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(data).filter(([, value]) => value ?? false),
  ) as JsonObject;

/** What the people who create a deployment put into its payload: an object, or JSON as text. */
function readDeploymentPayload(payload: unknown): Record<string, unknown> {
  let value = payload;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : undefined;

const OUTCOMES: Readonly<Record<string, string>> = {
  success: 'success',
  failure: 'failure',
  error: 'failure',
};

export function mapDeploymentStatus(
  body: z.output<typeof deploymentStatusPayload>,
  settings: GithubSettings,
): SourceResult {
  const { deployment, deployment_status: status, repository } = body;
  if (settings.deployments !== 'status') {
    return ignored('deployments of this source are not taken from statuses');
  }
  const outcome = OUTCOMES[status.state];
  if (!outcome && status.state !== 'in_progress') {
    return ignored(`a deployment that is ${status.state} says nothing yet`);
  }
  if (deployment.transient_environment && !settings.transientEnvironments) {
    return ignored('the environment is transient');
  }
  const environment = status.environment || deployment.environment;
  if (!environment) {
    return ignored('the deployment names no environment');
  }
  const at = readVendorTime(status.created_at);
  const time = toRfc3339(status.created_at);
  if (at === undefined || !time) {
    return ignored('deployment_status.created_at is no time');
  }
  const payload = readDeploymentPayload(deployment.payload);
  const run = body.workflow_run;
  return {
    events: [
      {
        kind: outcome ? 'deploy.completed' : 'deploy.started',
        id: eventId(
          repository.full_name,
          'deployment',
          deployment.id,
          status.state,
          Math.floor(at / 1000),
        ),
        time,
        data: given({
          service_id:
            text(payload.service_id) ??
            settings.resolveService({
              repository: repository.full_name,
              environment,
            }),
          environment,
          deployment_id: `github/${deployment.id}`,
          commit_sha: deployment.sha,
          pipeline_run_id: run && `${run.id}/${run.run_attempt ?? 1}`,
          status: outcome,
          [outcome ? 'finished_at' : 'started_at']: time,
          kind: deployment.task && settings.kindOfTask(deployment.task),
          version: text(payload.version),
          artifact: text(payload.artifact),
          remediates: text(payload.remediates),
          correlation_id: text(payload.correlation_id),
        }),
      },
    ],
  };
}

export function mapPullRequest(
  body: z.output<typeof pullRequestPayload>,
  settings: GithubSettings,
): SourceResult {
  const { action, pull_request: pull, repository } = body;
  if (action !== 'closed' || !pull.merged) {
    return ignored('only a merged pull request is a change');
  }
  if (!settings.isLandingBranch(pull.base.ref)) {
    return ignored(`${pull.base.ref} is no landing branch`);
  }
  const time = toRfc3339(pull.merged_at);
  if (!pull.merge_commit_sha || !time) {
    return ignored('the pull request names no merge commit, or no time of it');
  }
  const labels = (pull.labels ?? []).map(({ name }) => name);
  return {
    events: [
      {
        kind: 'change.merged',
        id: eventId(
          repository.full_name,
          'pr',
          pull.number,
          'merged',
          pull.merge_commit_sha,
        ),
        time,
        data: given({
          service_id: settings.resolveService({
            repository: repository.full_name,
          }),
          commit_sha: pull.merge_commit_sha,
          pr_id: String(pull.number),
          branch: pull.base.ref,
          repository: repository.full_name,
          opened_at: toRfc3339(pull.created_at),
          merged_at: time,
          labels,
          kind: settings.isHotfix(labels) ? 'hotfix' : undefined,
        }),
      },
    ],
  };
}

/** The webhook names no parents, so a merge is known by the message that GitHub and git give it. */
const isMerge = (message: string | null | undefined) =>
  /^Merge (?:pull request|branch|tag|remote-tracking branch)\b/.test(
    message ?? '',
  );

const BRANCH = 'refs/heads/';

export function mapPush(
  body: z.output<typeof pushPayload>,
  settings: GithubSettings,
): SourceResult {
  const { ref, repository } = body;
  const branch = ref.slice(BRANCH.length);
  if (!ref.startsWith(BRANCH) || body.deleted) {
    return ignored('only commits on a branch are changes');
  }
  if (!settings.isLandingBranch(branch)) {
    return ignored(`${branch} is no landing branch`);
  }
  if (settings.changes !== 'pushes') {
    return ignored('changes of this source are taken from pull requests');
  }
  const commits = body.commits ?? [];
  const time = toRfc3339(repository.pushed_at ?? body.head_commit?.timestamp);
  if (commits.length === 0 || !time) {
    return ignored('the push brings no commits, or no time');
  }
  const service = settings.resolveService({ repository: repository.full_name });

  const events: SourceEvent[] = [];
  let sinceMerge: JsonObject[] = [];
  for (const commit of commits) {
    const own = given({
      sha: commit.id,
      committed_at: toRfc3339(commit.timestamp),
    });
    const merge = isMerge(commit.message);
    // A merge is no change of its own but the landing of what it brings. A
    // deployment names it, so it must be known and lead to those commits.
    const brought = merge && sinceMerge.length > 0 ? sinceMerge : [own];
    if (merge) {
      sinceMerge = [];
    } else {
      sinceMerge.push(own);
    }
    events.push({
      kind: 'change.merged',
      id: eventId(repository.full_name, 'change', commit.id),
      time,
      data: given({
        service_id: service,
        commit_sha: commit.id,
        branch,
        repository: repository.full_name,
        merged_at: time,
        commits: brought,
      }),
    });
  }
  return { events };
}

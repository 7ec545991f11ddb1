import {
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type ServiceResolver,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import type { Rule } from '../rules';

const text = z.string().nullish();

const unit = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  status: text,
  started_at: text,
  created_at: text,
  stopped_at: text,
});

export const circleciPayload = z.object({
  type: z.string(),
  happened_at: z.string(),
  workflow: unit.nullish(),
  job: unit.nullish(),
  project: z.object({ name: text, slug: z.string().min(1) }).nullish(),
  pipeline: z
    .object({
      vcs: z.object({ revision: text, branch: text }).nullish(),
      trigger_parameters: z
        .object({
          git: z.object({ checkout_sha: text, branch: text }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

type Completion = z.output<typeof circleciPayload>;

export interface CircleciSettings {
  readonly deployments: ReadonlyArray<
    Rule<'project' | 'workflow' | 'job' | 'branch'>
  >;
  readonly servicesOf: ServiceResolver;
}

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['success', 'success'],
  ['failed', 'failure'],
  ['error', 'failure'],
  ['canceled', 'cancelled'],
]);

const HOSTS: Readonly<Record<string, string>> = {
  gh: 'github',
  bb: 'bitbucket',
};

/** The spellings under which the catalog may know a project. */
function slugsOf(slug: string): readonly string[] {
  const [host, ...path] = slug.split('/');
  const long = HOSTS[host] ?? host;
  const short = Object.keys(HOSTS).find(key => HOSTS[key] === long) ?? host;
  return [long, short].map(one => [one, ...path].join('/'));
}

function subjectOf({ type, workflow, job, project, pipeline }: Completion) {
  const slug = project?.slug ?? '';
  // The projects of GitHub Apps have ids in their slugs, which tell people nothing.
  const path = slug.startsWith('circleci/')
    ? project?.name ?? slug
    : slug.split('/').slice(1).join('/');
  const git = pipeline?.trigger_parameters?.git;
  return {
    unit: type === 'job-completed' ? job : workflow,
    isJob: type === 'job-completed',
    slug,
    path,
    commit: pipeline?.vcs?.revision ?? git?.checkout_sha,
    branch: pipeline?.vcs?.branch ?? git?.branch ?? undefined,
  };
}

/** A workflow is a build, unless a rule says that it or one of its jobs deploys. */
export function mapCompletion(
  body: Completion,
  settings: CircleciSettings,
): SourceResult {
  if (body.type !== 'workflow-completed' && body.type !== 'job-completed') {
    return ignored(`${body.type} is not used`);
  }
  const { unit: ended, isJob, slug, path, commit, branch } = subjectOf(body);
  if (!ended || !path) {
    return ignored('the body names no workflow, job or project');
  }
  const status = STATUSES.get(ended.status ?? '');
  if (!status) {
    return ignored(`${ended.name} is ${ended.status}, so it never ran`);
  }
  const environment = settings.deployments.find(
    rule =>
      rule.has('job') === isJob &&
      rule.matches({
        project: path,
        workflow: body.workflow?.name,
        job: isJob ? ended.name : undefined,
        branch,
      }),
  )?.value;
  if (isJob && !environment) {
    return ignored('a job that deploys nothing is a part of its workflow');
  }
  const time = toRfc3339(ended.stopped_at ?? body.happened_at);
  if (!time) {
    return ignored('stopped_at and happened_at are no times');
  }
  const answer = settings.servicesOf({
    container: path,
    job: ended.name,
    annotations: slugsOf(slug).map(one => ['circleci.com/project-slug', one]),
    ...(environment ? { environment } : {}),
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind: environment ? 'deploy.completed' : 'build.completed',
      container: path,
      id: [isJob ? 'job' : 'workflow', ended.id, ended.status ?? ''],
      time,
      data: given({
        environment,
        deployment_id: environment && `circleci/${ended.id}`,
        pipeline_run_id: body.workflow?.id ?? ended.id,
        commit_sha: commit,
        branch: environment && branch,
        status,
        started_at: toRfc3339(ended.started_at ?? ended.created_at),
        finished_at: time,
      }),
    }),
  };
}

import {
  eventsOf,
  given,
  ignored,
  readVendorTime,
  textOf,
  toRfc3339,
  type ServiceResolver,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { lastingId, serviceNamedOr } from '../named';
import { firstMatch, type Rule } from '../rules';

export const jenkinsPayload = z.object({
  name: z.string().min(1),
  url: z.string().nullish(),
  build: z.object({
    full_url: z.string().min(1),
    number: z.number().nullish(),
    phase: z.string(),
    status: z.string().nullish(),
    timestamp: z.number(),
    duration: z.number().nonnegative().nullish(),
    scm: z
      .object({ branch: z.string().nullish(), commit: z.string().nullish() })
      .nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

export interface JenkinsSettings {
  readonly deployments: ReadonlyArray<Rule<'job'>>;
  readonly servicesOf: ServiceResolver;
}

/** An unstable build has failing tests, and yet it was built; Jenkins goes on after it. */
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['SUCCESS', 'success'],
  ['UNSTABLE', 'success'],
  ['FAILURE', 'failure'],
  ['ABORTED', 'cancelled'],
]);

/** The whole path of a job within its folders, from its address. */
function jobOf(name: string, url: string | null | undefined): string {
  const folders = [...(url ?? '').matchAll(/(?:^|\/)job\/([^/]+)/g)];
  try {
    return folders.length > 0
      ? folders.map(([, folder]) => decodeURIComponent(folder)).join('/')
      : name;
  } catch {
    return name;
  }
}

/** A build that is over: a deployment where a rule says so. */
export function mapBuild(
  { name, url, build }: z.output<typeof jenkinsPayload>,
  settings: JenkinsSettings,
): SourceResult {
  if (build.phase !== 'FINALIZED') {
    return ignored(`only FINALIZED is used, this is ${build.phase}`);
  }
  const status = STATUSES.get(build.status ?? '');
  if (!status) {
    return ignored(`a build that is ${build.status} says nothing`);
  }
  const began = readVendorTime(build.timestamp);
  const time = toRfc3339(
    began === undefined ? undefined : began + (build.duration ?? 0),
  );
  if (!time) {
    return ignored('build.timestamp is no time');
  }
  const job = jobOf(name, url);
  const parameters = build.parameters ?? {};
  const environment = firstMatch(settings.deployments, { job });
  const answer = serviceNamedOr(
    textOf(parameters.FOUR_KEYS_SERVICE_ID),
    settings.servicesOf,
    { container: job, job, ...(environment ? { environment } : {}) },
  );
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const run = lastingId(build.full_url);
  return {
    events: eventsOf(answer.services, {
      kind: environment ? 'deploy.completed' : 'build.completed',
      container: job,
      id: [build.full_url, build.status ?? ''],
      time,
      data: given({
        environment,
        deployment_id: environment && `jenkins/${run}`,
        pipeline_run_id: run,
        commit_sha: build.scm?.commit,
        branch: environment && build.scm?.branch?.replace(/^origin\//, ''),
        status,
        started_at: toRfc3339(build.timestamp),
        finished_at: time,
        correlation_id: textOf(parameters.FOUR_KEYS_CORRELATION_ID),
      }),
    }),
  };
}

import {
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type ServiceResolver,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { firstOf, serviceNamedOr } from '../named';
import { firstMatch, type Rule } from '../rules';

const names = z.record(z.string(), z.string()).nullish();
const namedValues = z
  .array(z.object({ name: z.string(), value: z.unknown() }))
  .nullish();

export const pipelineRunPayload = z.object({
  pipelineRun: z.object({
    metadata: z.object({
      name: z.string().min(1),
      namespace: z.string().min(1),
      uid: z.string().min(1),
      labels: names,
      annotations: names,
    }),
    spec: z.object({ params: namedValues }).nullish(),
    status: z
      .object({
        startTime: z.string().nullish(),
        completionTime: z.string().nullish(),
        conditions: z
          .array(z.object({ type: z.string(), reason: z.string().nullish() }))
          .nullish(),
        pipelineResults: namedValues,
      })
      .nullish(),
  }),
});

type Body = z.output<typeof pipelineRunPayload>;

export interface TektonSettings {
  /** Results and parameters that hold the commit, the best first. */
  readonly commitNames: readonly string[];
  readonly artifactNames: readonly string[];
  readonly deployments: ReadonlyArray<Rule<'pipeline' | 'namespace'>>;
  readonly servicesOf: ServiceResolver;
}

export type RunState = 'running' | 'successful' | 'failed';

/** Of a type of a CloudEvent, whose last two segments would say nothing. */
export function stateOf(type: string | undefined): RunState | undefined {
  return /^dev\.tekton\.event\.pipelinerun\.(running|successful|failed)\.v1$/.exec(
    type ?? '',
  )?.[1] as RunState | undefined;
}

const CANCELLED = new Set([
  'Cancelled',
  'CancelledRunningFinally',
  'StoppedRunningFinally',
]);

function statusOf(state: RunState, { pipelineRun }: Body) {
  if (state !== 'failed') {
    return state === 'successful' ? 'success' : undefined;
  }
  const reasons = pipelineRun.status?.conditions ?? [];
  return reasons.some(({ reason }) => reason && CANCELLED.has(reason))
    ? 'cancelled'
    : 'failure';
}

/** Texts by name; what a pipeline computed comes before what it was given. */
function valuesOf({ pipelineRun }: Body): Readonly<Record<string, string>> {
  const all = [
    ...(pipelineRun.spec?.params ?? []),
    ...(pipelineRun.status?.pipelineResults ?? []),
  ];
  return Object.fromEntries(
    all.flatMap(({ name, value }) =>
      typeof value === 'string' ? [[name, value.trim()] as const] : [],
    ),
  );
}

/** A run of a pipeline: a build, or a deployment where a rule says so. */
export function mapPipelineRun(
  body: Body,
  state: RunState,
  settings: TektonSettings,
): SourceResult {
  const { metadata, status: run } = body.pipelineRun;
  const labels = metadata.labels ?? {};
  const pipeline = labels['tekton.dev/pipeline'] ?? metadata.name;
  const running = state === 'running';
  const time = toRfc3339(running ? run?.startTime : run?.completionTime);
  if (!time) {
    return ignored('the run says not when it began or ended');
  }
  const environment = firstMatch(settings.deployments, {
    pipeline,
    namespace: metadata.namespace,
  });
  const annotations = { ...labels, ...metadata.annotations };
  const answer = serviceNamedOr(
    annotations['four-keys.dev/service-id'],
    settings.servicesOf,
    {
      container: `${metadata.namespace}/${pipeline}`,
      name: pipeline,
      job: pipeline,
      labels,
      ...(environment ? { environment } : {}),
    },
  );
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const values = valuesOf(body);
  return {
    events: eventsOf(answer.services, {
      kind: `${environment ? 'deploy' : 'build'}.${
        running ? 'started' : 'completed'
      }`,
      container: metadata.namespace,
      id: [metadata.uid, state],
      time,
      data: given({
        environment,
        deployment_id: environment && `tekton/${metadata.uid}`,
        pipeline_run_id: metadata.uid,
        commit_sha: firstOf(values, settings.commitNames),
        artifact: firstOf(values, settings.artifactNames),
        status: statusOf(state, body),
        started_at: toRfc3339(run?.startTime),
        finished_at: running ? undefined : time,
        correlation_id: annotations['four-keys.dev/correlation-id'],
      }),
    }),
  };
}

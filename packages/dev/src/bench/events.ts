/** A CloudEvent as a CI job sends it. */
export interface BenchEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const SERVICES = 100;
const SOURCE = 'bench.ci';

/** How many days the events are spread over. */
export const BENCH_DAYS = 90;

/** One deployment in so many is blamed for an incident. */
const INCIDENT_EVERY = 20;
const EVENTS_PER_RUN = 3 + 2 / INCIDENT_EVERY;

/** The services that the events are about. */
export function benchServices(): string[] {
  return Array.from({ length: SERVICES }, (_, index) => `bench-${index}`);
}

/**
 * The life of an organisation, in the order in which things happen: pull
 * requests merge, builds run, deployments start and complete, some lead to an
 * incident. The same arguments give the same events.
 *
 * @param count - how many events.
 * @param until - the end of the 90 days, in milliseconds.
 */
export function* benchEvents(
  count: number,
  until: number,
): Generator<BenchEvent> {
  const from = until - BENCH_DAYS * 86_400_000;
  const step = Math.floor((until - from) / Math.ceil(count / EVENTS_PER_RUN));
  let sent = 0;
  for (let run = 0; ; run++) {
    const at = from + run * step;
    for (const event of runOfPipeline(run, at)) {
      if (sent === count) {
        return;
      }
      sent++;
      yield event;
    }
  }
}

function* runOfPipeline(run: number, at: number): Generator<BenchEvent> {
  const service_id = `bench-${run % SERVICES}`;
  const commit_sha = (run + 1).toString(16).padStart(40, '0');
  const ids = {
    service_id,
    commit_sha,
    pipeline_run_id: `run-${run}`,
  };
  const deployment = {
    ...ids,
    deployment_id: `deployment-${run}`,
    environment: run % 4 === 0 ? 'staging' : 'production',
  };
  const failed = run % 25 === 24;
  const event = (type: string, minute: number, data: object): BenchEvent => ({
    specversion: '1.0',
    id: `${type}-${run}`,
    source: SOURCE,
    type: `dev.fourkeys.${type}`,
    time: new Date(at + minute * 1_000).toISOString(),
    data: { ...data },
  });
  yield event('change.merged', 0, {
    service_id,
    commit_sha,
    pr_id: run,
    branch: 'main',
    commits: [
      {
        sha: commit_sha,
        committed_at: new Date(at - (1 + (run % 40)) * 1_800_000).toISOString(),
      },
    ],
  });
  yield event('build.completed', 2, { ...ids, status: 'success' });
  yield event('deploy.completed', 5, {
    ...deployment,
    status: failed ? 'failure' : 'success',
  });
  if (run % INCIDENT_EVERY === 0) {
    const incident = { service_id, incident_id: `incident-${run}` };
    yield event('incident.opened', 10, {
      ...incident,
      cause: { deployment_id: deployment.deployment_id },
    });
    yield event('incident.resolved', 50, incident);
  }
}

/** Groups what an iterable yields. */
export function* inBatches<T>(
  items: Iterable<T>,
  size: number,
): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}

import {
  HOUR,
  dateOf,
  isWeekend,
  startOf,
  toSecond,
  type Day,
} from './calendar';
import { event, type TimedEvent } from './events';
import { shaOf } from './landings';
import {
  TEAMS,
  TEMPLATES,
  type ServiceDescription,
  repositoryOf,
} from './organisation';
import { Random } from './random';

const RUNS_PER_WORKDAY = 0.6;

interface Run {
  readonly id: string;
  readonly template: { readonly id: string; readonly version: string };
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: 'success' | 'failure';
  readonly owner: string;
  readonly service?: string;
}

function told(run: Run): TimedEvent[] {
  const data = {
    template_id: run.template.id,
    template_version: run.template.version,
    run_id: run.id,
    platform_version: '2026.2',
    owner: `group:default/${run.owner}`,
    service_id: run.service,
    correlation_id: run.id,
  };
  return [
    event({
      teller: 'scaffolder',
      kind: 'scaffold.started',
      id: ['run', run.id, 'started'],
      time: run.startedAt,
      data,
    }),
    event({
      teller: 'scaffolder',
      kind: 'scaffold.completed',
      id: ['run', run.id, run.status],
      time: run.startedAt + run.durationMs,
      data: { ...data, status: run.status, duration_ms: run.durationMs },
    }),
  ];
}

/** Template runs of a day whose results are of no further interest here. */
export function tellRuns(seed: number, day: Day): TimedEvent[] {
  const random = new Random(seed, 'scaffolder', day);
  const count = isWeekend(day) ? 0 : random.poisson(RUNS_PER_WORKDAY);
  return Array.from({ length: count }, (_, index) =>
    told({
      id: shaOf(seed, 'run', day, index).slice(0, 26),
      template: random.pick(TEMPLATES),
      startedAt: toSecond(startOf(day) + random.between(8, 17) * HOUR),
      durationMs: Math.round(random.around(48_000, 0.5)),
      status: random.chance(0.94) ? 'success' : 'failure',
      owner: random.pick(TEAMS).name,
    }),
  ).flat();
}

/** How a service came to be: its template run, and the first commit of it. */
export function tellBirth(
  seed: number,
  service: ServiceDescription,
): TimedEvent[] {
  const { born, template } = service;
  if (born === undefined || !template) {
    return [];
  }
  const random = new Random(seed, 'birth', service.name);
  const startedAt = toSecond(startOf(born) + random.between(5, 6) * HOUR);
  const durationMs = Math.round(random.around(52_000, 0.3));
  const id = shaOf(seed, 'birth', service.name).slice(0, 26);
  const sha = shaOf(seed, 'first commit', service.name);
  return [
    ...told({
      id,
      template,
      startedAt,
      durationMs,
      status: 'success',
      owner: service.team,
      service: service.name,
    }),
    event({
      teller: 'scaffolder',
      kind: 'change.created',
      id: [repositoryOf(service), 'change', sha, dateOf(born)],
      time: startedAt + durationMs,
      data: {
        service_id: service.name,
        commit_sha: sha,
        branch: 'main',
        template_id: template.id,
        template_version: template.version,
        correlation_id: id,
      },
    }),
  ];
}

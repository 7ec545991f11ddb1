import { MINUTE, toSecond, type Day } from './calendar';
import { event, instant, type TimedEvent } from './events';
import type { ServiceHistory } from './history';
import type { Landing } from './landings';
import { repositoryOf, type ServiceDescription } from './organisation';
import type { SimulatedDeployment, SimulatedIncident } from './production';
import { Random } from './random';

/** The places of the organisation in the web, under names that stand for nobody. */
const FORGE = 'https://github.example.com/acme';
const PIPELINES = 'https://ci.example.com/acme';
const PAGER = 'https://incidents.example.com/acme';

function landed(service: ServiceDescription, landing: Landing): TimedEvent {
  return event({
    teller: 'scm',
    kind: 'change.merged',
    id: [
      landing.repository,
      'pr',
      landing.prId,
      'merged',
      landing.sha,
      ...(service.repository ? [service.name] : []),
    ],
    time: landing.mergedAt,
    data: {
      service_id: service.name,
      commit_sha: landing.sha,
      pr_id: landing.prId,
      branch: 'main',
      repository: `${FORGE}/${landing.repository}`,
      commits: landing.commits.map(({ sha, committedAt }) => ({
        sha,
        committed_at: instant(committedAt),
      })),
      opened_at: instant(landing.openedAt),
      first_review_at: instant(landing.firstReviewAt),
      merged_at: instant(landing.mergedAt),
      labels: landing.labels,
      kind: landing.hotfix ? 'hotfix' : undefined,
      template_id: service.template?.id,
      template_version: service.template?.version,
    },
  });
}

/** The run that builds a landing; the second attempt after a failure. */
const runOf = (landing: Landing, attempt: number) =>
  `${landing.repository}-${landing.prId}/${attempt}`;

function built(
  service: ServiceDescription,
  landing: Landing,
  random: Random,
): TimedEvent[] {
  const events: TimedEvent[] = [];
  let startedAt = landing.mergedAt + 30_000;
  const attempts = random.chance(0.06) ? ['failure', 'success'] : ['success'];
  for (const [index, status] of attempts.entries()) {
    const finishedAt = toSecond(startedAt + random.between(3, 9) * MINUTE);
    const data = {
      service_id: service.name,
      pipeline_run_id: runOf(landing, index + 1),
      commit_sha: landing.sha,
      url: `${PIPELINES}/${service.name}/runs/${landing.prId}/${index + 1}`,
    };
    const id = [service.name, 'run', data.pipeline_run_id];
    events.push(
      event({
        teller: 'ci',
        kind: 'build.started',
        id: [...id, 'started'],
        time: startedAt,
        data: { ...data, started_at: instant(startedAt) },
      }),
      event({
        teller: 'ci',
        kind: 'build.completed',
        id: [...id, status],
        time: finishedAt,
        data: {
          ...data,
          status,
          finished_at: instant(finishedAt),
          artifact:
            status === 'success'
              ? `pkg:oci/${service.name}@${landing.version}`
              : undefined,
        },
      }),
    );
    startedAt = toSecond(finishedAt + 2 * MINUTE);
  }
  return events;
}

function deployed(
  service: ServiceDescription,
  deployment: SimulatedDeployment,
): TimedEvent[] {
  const { id, environment, head, status, startedAt, finishedAt } = deployment;
  // A pipeline with broken telemetry reports its run and nothing about what it deploys.
  const identity = service.reportsContents
    ? {
        deployment_id: id,
        commit_sha: head.sha,
        branch: 'main',
        version: head.version,
        kind: deployment.kind,
        remediates: deployment.remediates,
        release_id: deployment.releaseId,
      }
    : { pipeline_run_id: id };
  const data = {
    service_id: service.name,
    environment,
    url: `${PIPELINES}/${service.name}/deployments/${id}`,
    ...identity,
  };
  const eventId = [service.name, 'deployment', environment, id];
  return [
    event({
      teller: 'ci',
      kind: 'deploy.started',
      id: [...eventId, 'started'],
      time: startedAt,
      data: { ...data, started_at: instant(startedAt) },
    }),
    event({
      teller: 'ci',
      kind: 'deploy.completed',
      id: [...eventId, status],
      time: finishedAt,
      data: { ...data, status, finished_at: instant(finishedAt) },
    }),
  ];
}

/** Every landing goes to staging by itself. */
function staged(
  service: ServiceDescription,
  landing: Landing,
  random: Random,
): TimedEvent[] {
  const startedAt = toSecond(
    landing.mergedAt + random.between(11, 16) * MINUTE,
  );
  return deployed(service, {
    id: `${service.name}-staging-${landing.prId}`,
    environment: 'staging',
    head: landing,
    startedAt,
    finishedAt: toSecond(startedAt + random.between(1, 3) * MINUTE),
    status: random.chance(0.03) ? 'failure' : 'success',
  });
}

function disrupted(
  service: ServiceDescription,
  incident: SimulatedIncident,
): TimedEvent[] {
  const data = { service_id: service.name, incident_id: incident.id };
  return [
    event({
      teller: 'incidents',
      kind: 'incident.opened',
      id: ['incident', incident.id, 'opened'],
      time: incident.openedAt,
      data: {
        ...data,
        severity: incident.severity,
        title: incident.title,
        url: `${PAGER}/${incident.id}`,
        cause: incident.cause,
        external: incident.external || undefined,
      },
    }),
    ...incident.turns.map(({ verb, at }) =>
      event({
        teller: 'incidents',
        kind: `incident.${verb}`,
        id: ['incident', incident.id, verb, String(at / 1000)],
        time: at,
        data,
      }),
    ),
  ];
}

/** Everything that is told about a service because of one day. */
export function tellDay(history: ServiceHistory, day: Day): TimedEvent[] {
  const { service, seed } = history;
  const { deployments, incidents, hotfixes } = history.production(day);
  const random = new Random(seed, 'pipeline', repositoryOf(service), day);
  return [
    ...history
      .landings(day)
      .flatMap(landing => [
        landed(service, landing),
        ...built(service, landing, random),
        ...staged(service, landing, random),
      ]),
    ...hotfixes.map(landing => landed(service, landing)),
    ...deployments.flatMap(deployment => deployed(service, deployment)),
    ...incidents.flatMap(incident => disrupted(service, incident)),
  ];
}

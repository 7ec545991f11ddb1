import { createHash } from 'crypto';
import {
  eventsOf,
  given,
  ignored,
  isSha,
  readVendorTime,
  toRfc3339,
  type ServiceAnswer,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { readImage } from '../gitops';
import type { ArgocdSettings } from './settings';

const text = z.string().nullish();

/** What the template in examples/argocd sends. */
export const applicationPayload = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  uid: z.string().min(1),
  labels: z.record(z.string(), z.string()).nullish(),
  destination: z
    .object({ name: text, namespace: text, server: text })
    .nullish(),
  serviceId: text,
  environment: text,
  commit: text,
  correlationId: text,
  phase: z.string(),
  startedAt: z.string(),
  finishedAt: text,
  health: z.object({ status: text, lastTransitionTime: text }).nullish(),
  images: z.array(z.string()).nullish(),
  rollback: z.boolean().nullish(),
  revision: text,
  revisions: z.array(z.string()).nullish(),
  repo: text,
  repos: z.array(z.string().nullable()).nullish(),
});

type Application = z.output<typeof applicationPayload>;

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['Succeeded', 'success'],
  ['Failed', 'failure'],
  ['Error', 'failure'],
]);

/** The revisions of all sources, each with its repository. */
function sourcesOf({ revision, revisions, repo, repos }: Application) {
  return revisions && revisions.length > 0
    ? revisions.map((one, index) => ({
        revision: one,
        repository: repos?.[index] ?? '',
      }))
    : [{ revision: revision ?? '', repository: repo ?? '' }];
}

/** What was deployed, as far as Argo CD can know. */
function contentsOf(
  body: Application,
  service: string,
  settings: ArgocdSettings,
) {
  const sources = sourcesOf(body).filter(({ revision }) => revision);
  const own = sources.find(({ repository }) =>
    settings.isOwnRepository(repository, service),
  );
  const image = body.images?.length === 1 ? body.images[0] : undefined;
  const { version, commitSha } = readImage(image ?? '');
  const revisions = sources.map(({ revision }) => revision);
  return {
    // A chart has a version where git has a sha, and manifests have shas of their own.
    commit_sha:
      body.commit || (isSha(own?.revision) ? own?.revision : commitSha),
    artifact: image,
    version:
      version ??
      own?.revision ??
      (revisions.length > 1
        ? createHash('sha256').update(revisions.join('\n')).digest('hex')
        : revisions[0]),
  };
}

/** A rollout ends with the health that followed the sync, where that came later. */
function endOf({ startedAt, finishedAt, health, phase }: Application) {
  const synced = readVendorTime(finishedAt);
  const healthy = readVendorTime(health?.lastTransitionTime);
  const started = readVendorTime(startedAt);
  const counts =
    phase === 'Succeeded' &&
    healthy !== undefined &&
    started !== undefined &&
    healthy > started;
  return synced !== undefined && counts ? Math.max(synced, healthy) : synced;
}

function servicesOf(
  body: Application,
  environment: string,
  settings: ArgocdSettings,
): ServiceAnswer {
  return body.serviceId
    ? { services: [body.serviceId] }
    : settings.servicesOf({
        container: `${body.namespace}/${body.name}`,
        name: body.name,
        environment,
        labels: body.labels ?? {},
        annotations: [
          ['argocd/app-name', body.name],
          ...Object.entries(body.labels ?? {}).map(
            ([label, value]) =>
              ['argocd/app-selector', `${label}=${value}`] as const,
          ),
        ],
      });
}

/** An operation of an application: it runs, or it is over. */
export function mapApplication(
  body: Application,
  settings: ArgocdSettings,
): SourceResult {
  const { name, namespace, uid, phase } = body;
  const container = `${namespace}/${name}`;
  const status = STATUSES.get(phase);
  if (!status && phase !== 'Running') {
    return ignored(`an operation that is ${phase || 'nothing'} says nothing`);
  }
  const startedAt = toRfc3339(body.startedAt);
  const end = endOf(body);
  const time = status ? toRfc3339(end) : startedAt;
  if (!startedAt || !time) {
    return ignored('startedAt or finishedAt is no time');
  }
  const environment =
    body.environment ||
    settings.environmentOf({
      application: container,
      cluster: body.destination?.name || body.destination?.server || undefined,
      namespace: body.destination?.namespace || undefined,
    });
  if (!environment) {
    return ignored(
      `nothing says which environment ${container} is in: annotate it with four-keys.dev/environment, or add a rule to environments`,
    );
  }
  const answer = servicesOf(body, environment, settings);
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const several = answer.services.length > 1;
  return {
    events: answer.services.flatMap(service =>
      eventsOf([service], {
        kind: status ? 'deploy.completed' : 'deploy.started',
        container,
        id: [uid, body.startedAt, phase, ...(several ? [service] : [])],
        time,
        data: given({
          environment,
          deployment_id: `argocd/${uid}/${body.startedAt}`,
          ...contentsOf(body, service, settings),
          status,
          kind: body.rollback ? 'rollback' : undefined,
          started_at: startedAt,
          finished_at: status && time,
          correlation_id: body.correlationId,
        }),
      }),
    ),
  };
}

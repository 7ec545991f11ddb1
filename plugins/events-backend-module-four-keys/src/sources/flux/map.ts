import {
  eventsOf,
  given,
  ignored,
  isSha,
  toRfc3339,
  type ServiceResolver,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { serviceNamedOr } from '../named';
import { firstMatch, type Rule } from '../rules';

export const fluxPayload = z.object({
  involvedObject: z.object({
    kind: z.string(),
    namespace: z.string().min(1),
    name: z.string().min(1),
    uid: z.string().min(1),
  }),
  severity: z.string(),
  timestamp: z.string(),
  message: z.string().nullish(),
  reason: z.string(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

type FluxEvent = z.output<typeof fluxPayload>;

export interface FluxSettings {
  /** Whether the revision of an object is a commit of the service itself. */
  readonly isOwnRevision: (object: string) => boolean;
  readonly environments: ReadonlyArray<Rule<'object' | 'cluster'>>;
  readonly servicesOf: ServiceResolver;
}

/** What an event means, and what makes it the same when it is told again. */
interface Outcome {
  readonly status: 'success' | 'failure';
  /** Of one object. */
  readonly identity: string;
  readonly id: readonly string[];
  readonly version?: string;
}

const GROUPS = [
  '',
  'kustomize.toolkit.fluxcd.io/',
  'helm.toolkit.fluxcd.io/',
  'event.toolkit.fluxcd.io/',
];

/** Metadata arrive with the prefix of their group, or without, by the version of Flux. */
function metadataOf({ metadata }: FluxEvent, ...keys: readonly string[]) {
  const names = keys.flatMap(key => GROUPS.map(group => `${group}${key}`));
  const found = names.find(name => metadata?.[name]);
  return found && metadata?.[found];
}

const FAILURES = new Set([
  'ReconciliationFailed',
  'HealthCheckFailed',
  'BuildFailed',
  'PruneFailed',
]);

/** Before 1.9 the controller said nothing of success but that the checks passed. */
const isHealthy = ({ reason, message }: FluxEvent) =>
  reason === 'ReconciliationSucceeded' ||
  (reason === 'Progressing' && /^Health check passed\b/.test(message ?? ''));

function kustomization(event: FluxEvent): Outcome | string {
  const { severity, reason } = event;
  const revision = metadataOf(event, 'revision');
  if (!revision) {
    return 'the event names no revision';
  }
  // Reconciling the same revision again is no deployment, unless it is said to be one.
  const deployment = metadataOf(event, 'deploymentID');
  const identity = deployment ?? revision;
  if (severity === 'info' && isHealthy(event)) {
    return { status: 'success', identity, id: [identity, 'success'] };
  }
  if (severity === 'error' && FAILURES.has(reason)) {
    return { status: 'failure', identity, id: [identity, reason] };
  }
  return `${reason} of a Kustomization is no deployment`;
}

const HELM_REVISION = /\.(v\d+)\b/;

function helmRelease(event: FluxEvent): Outcome | string {
  const { reason, message, timestamp } = event;
  const revision = metadataOf(event, 'revision');
  const version = metadataOf(event, 'app-version') ?? revision;
  if (reason === 'InstallSucceeded' || reason === 'UpgradeSucceeded') {
    const release = HELM_REVISION.exec(message ?? '')?.[1];
    return {
      status: 'success',
      identity: release ?? `${reason}/${timestamp}`,
      id: release ? [release] : [reason, timestamp],
      version,
    };
  }
  if (reason === 'InstallFailed' || reason === 'UpgradeFailed') {
    // Every retry says it again: one chart that does not start is one failure.
    const chart = revision ?? timestamp;
    return {
      status: 'failure',
      identity: `failed/${chart}`,
      id: ['failed', chart],
      version,
    };
  }
  return `${reason} of a HelmRelease is no deployment`;
}

function outcomeOf(event: FluxEvent): Outcome | string {
  switch (event.involvedObject.kind) {
    case 'Kustomization':
      return kustomization(event);
    case 'HelmRelease':
      return helmRelease(event);
    default:
      return `a ${event.involvedObject.kind} deploys nothing`;
  }
}

function commitOf(event: FluxEvent, object: string, settings: FluxSettings) {
  const named = metadataOf(event, 'commit', 'commit_sha');
  const revision =
    metadataOf(event, 'originRevision') ?? metadataOf(event, 'revision') ?? '';
  const sha = /[0-9a-f]{40}$/i.exec(revision)?.[0];
  return (
    named ?? (settings.isOwnRevision(object) && isSha(sha) ? sha : undefined)
  );
}

/** What a controller of Flux says of an object that it reconciled. */
export function mapFluxEvent(
  event: FluxEvent,
  settings: FluxSettings,
): SourceResult {
  const { namespace, name, uid } = event.involvedObject;
  const container = `${namespace}/${name}`;
  const outcome = outcomeOf(event);
  if (typeof outcome === 'string') {
    return ignored(outcome);
  }
  const time = toRfc3339(event.timestamp);
  if (!time) {
    return ignored('timestamp is no time');
  }
  const environment =
    metadataOf(event, 'env', 'environment') ??
    firstMatch(settings.environments, {
      object: container,
      cluster: metadataOf(event, 'cluster'),
    });
  if (!environment) {
    return ignored(
      `nothing says which environment ${container} is in: put env into eventMetadata of the Alert, or add a rule to environments`,
    );
  }
  const answer = serviceNamedOr(
    metadataOf(event, 'service_id'),
    settings.servicesOf,
    { container, environment },
  );
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind: 'deploy.completed',
      container,
      id: [uid, ...outcome.id],
      time,
      data: given({
        environment,
        deployment_id: `flux/${uid}/${outcome.identity}`,
        commit_sha: commitOf(event, container, settings),
        version: outcome.version ?? metadataOf(event, 'revision'),
        status: outcome.status,
        finished_at: time,
        correlation_id: metadataOf(event, 'correlation_id'),
      }),
    }),
  };
}

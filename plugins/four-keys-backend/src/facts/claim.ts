import type {
  ContractEvent,
  EventData,
  EventKind,
} from '@four-keys/backstage-plugin-four-keys-common';

/**
 * What one event says, as derivation reads it. `time` and the instants in
 * `data` are milliseconds since the epoch.
 */
export type Claim<Kind extends EventKind = EventKind> = {
  [K in Kind]: {
    readonly kind: K;
    readonly time: number;
    readonly source: string;
    readonly id: string;
    readonly data: EventData<K>;
  };
}[Kind];

/** What claims keep of an event. Unknown fields stay in the raw events, and go with them. */
const KEPT_FIELDS = [
  'artifact',
  'branch',
  'cause',
  'commit_sha',
  'commits',
  'committed_at',
  'corrected_by',
  'correlation_id',
  'deployment_id',
  'duration_ms',
  'environment',
  'external',
  'finished_at',
  'first_review_at',
  'incident_id',
  'kind',
  'merged_at',
  'mode',
  'opened_at',
  'outcome',
  'owner',
  'pipeline_run_id',
  'platform_version',
  'policy_id',
  'pr_id',
  'reason',
  'reasons',
  'release_id',
  'remediates',
  'repository',
  'run_id',
  'service_id',
  'severity',
  'started_at',
  'status',
  'template_id',
  'template_version',
  'title',
  'url',
  'variant',
  'version',
] as const;

/** The fields of the contract that the event gives, ready for the claims table. */
export function claimData(event: ContractEvent): Record<string, unknown> {
  const given = event.data as Record<string, unknown>;
  const data: Record<string, unknown> = {};
  for (const field of KEPT_FIELDS) {
    if (given[field] !== undefined) {
      data[field] = given[field];
    }
  }
  return data;
}

/** The service that an event is about, where it names one. */
export function serviceOf(event: ContractEvent): string | undefined {
  return event.data.service_id;
}

/** The other service that an incident blames, where it names one. */
export function causeServiceOf(event: ContractEvent): string | undefined {
  switch (event.kind) {
    case 'incident.opened':
    case 'incident.reopened':
    case 'incident.resolved': {
      const cause = event.data.cause?.service_id;
      return cause === event.data.service_id ? undefined : cause;
    }
    default:
      return undefined;
  }
}

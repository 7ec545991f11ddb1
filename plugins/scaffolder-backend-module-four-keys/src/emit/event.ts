import { createHash } from 'crypto';
import {
  EVENT_KINDS,
  type EventEnvelope,
  type EventKind,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { JsonObject, JsonValue } from '@backstage/types';
import { correlationIdOf } from '../correlation';
import type { TemplateLineage } from '../template';

/** Who says so, in every event of the scaffolder. */
export const SCAFFOLDER_SOURCE = '/backstage/scaffolder';

/** What the inputs of the step and the run say about one event. */
export interface EventFacts {
  readonly kind: EventKind;
  readonly taskId: string;
  /** RFC 3339 */
  readonly time: string;
  readonly typePrefix: string;
  readonly template: TemplateLineage;
  readonly platformVersion?: string;
  readonly serviceId?: string;
  readonly commitHash?: string;
  readonly remoteUrl?: string;
  readonly branch?: string;
  readonly telemetryKey?: string;
  /** Wins over everything above. */
  readonly data?: JsonObject;
}

/** The kind that the text names; undefined when the contract has no such. */
export function readKind(text: string): EventKind | undefined {
  return EVENT_KINDS.find(kind => kind === text);
}

/** A repository as people write it: without credentials and without `.git`. */
export function repositoryOf(remoteUrl: string): string {
  const plain = remoteUrl.replace(/\.git\/?$/, '');
  try {
    const url = new URL(plain);
    url.username = '';
    url.password = '';
    return url.toString().replace(/\/$/, '');
  } catch {
    return plain;
  }
}

/** JSON in which the order of keys does not matter. */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.keys(value)
      .sort()
      .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

function defaultData(facts: EventFacts): Record<string, string | undefined> {
  const { kind, taskId, template } = facts;
  const service = { service_id: facts.serviceId };
  const lineage = {
    template_id: template.id,
    template_version: template.version,
  };
  switch (kind) {
    case 'scaffold.started':
    case 'scaffold.completed':
      return {
        ...service,
        ...lineage,
        run_id: taskId,
        platform_version: facts.platformVersion,
      };
    case 'policy.evaluated':
      return { ...service, run_id: taskId };
    case 'change.created':
    case 'change.merged':
      return {
        ...service,
        ...lineage,
        commit_sha: facts.commitHash,
        repository: facts.remoteUrl && repositoryOf(facts.remoteUrl),
        branch: facts.branch,
      };
    default:
      return { ...service, commit_sha: facts.commitHash, branch: facts.branch };
  }
}

/**
 * The event, with an id made from the run and from what it says: a retry of
 * the step says the same thing and so is the same event.
 */
export function buildEvent(facts: EventFacts): EventEnvelope {
  const { kind, taskId, telemetryKey } = facts;
  const correlationId = correlationIdOf(taskId);
  const data = Object.fromEntries(
    Object.entries({
      correlation_id: correlationId,
      ...defaultData(facts),
      ...facts.data,
    }).filter(([, value]) => value !== undefined && value !== ''),
  ) as JsonObject;
  const content = createHash('sha256').update(canonical(data)).digest('hex');
  return {
    specversion: '1.0',
    id: `${taskId}/${kind}/${content.slice(0, 16)}`,
    source: SCAFFOLDER_SOURCE,
    type: `${facts.typePrefix}.${kind}`,
    time: facts.time,
    datacontenttype: 'application/json',
    correlationid: correlationId,
    ...(telemetryKey ? { partitionkey: telemetryKey } : {}),
    data,
  };
}

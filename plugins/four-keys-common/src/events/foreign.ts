import type { EventEnvelope } from './envelope';
import type { EventKind } from './types';
import { parseInstant } from './time';
import type { Rejection } from './validate';

/**
 * What a foreign vocabulary's event means in ours. Nothing: it is ours already.
 *
 * @public
 */
export type ForeignMapping =
  | { kind?: undefined; data?: undefined }
  | { kind: EventKind; data: Record<string, unknown> }
  | { rejection: Rejection };

type Json = Record<string, unknown>;

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};

const FULL_SHA = /^[0-9a-f]{40}$/i;

function ignored(type: string, why: string): ForeignMapping {
  return {
    rejection: {
      code: 'unknown_type',
      field: 'type',
      message: `type is ${JSON.stringify(type)}, ${why}`,
    },
  };
}

/** The context of a CDEvent repeats attributes of its envelope, or somebody mixed two events. */
function contradiction(
  envelope: EventEnvelope,
  context: Json,
): ForeignMapping | undefined {
  const { id, source, type, time } = envelope;
  const repeated = { id, source, type, timestamp: time };
  const field = Object.entries(repeated).find(([name, value]) => {
    const own = context[name];
    if (own === undefined) {
      return false;
    }
    return name === 'timestamp'
      ? parseInstant(String(own)) !== parseInstant(value)
      : own !== value;
  })?.[0];
  return field === undefined
    ? undefined
    : {
        rejection: {
          code: 'invalid_field',
          field: `data.context.${field}`,
          message: `data.context.${field} is not what the CloudEvent itself says; a CDEvent repeats id, source, type and time`,
        },
      };
}

/** Room for every part; what tells two deployments apart stands at the end. */
const longest = (parts: readonly unknown[]) =>
  `cdevents:${parts.filter(Boolean).join('@').slice(-190)}`;

function shaOf(subject: Json, content: Json, custom: Json): unknown {
  const artifact = String(content.artifactId ?? '');
  const fromPurl = artifact.split('@').pop()?.split('?')[0] ?? '';
  const fromVcs = /vcs_url=[^&]*?(?:%40|@)([0-9a-f]{40})/i.exec(artifact)?.[1];
  const own = FULL_SHA.test(String(subject.id)) ? subject.id : undefined;
  return (
    custom.commit_sha ?? (FULL_SHA.test(fromPurl) ? fromPurl : fromVcs ?? own)
  );
}

const OUTCOMES: Record<string, string> = {
  success: 'success',
  failure: 'failure',
  error: 'failure',
  cancel: 'cancelled',
};

/**
 * Maps the CDEvents vocabulary (spec 0.3 to 0.6) onto our families. Its types
 * end in a version, so the rule of the last two segments must not see them.
 *
 * `customData` carries our correlation fields where CDEvents has no room for
 * them, by their own names.
 *
 * @public
 */
export function mapForeignEvent(envelope: EventEnvelope): ForeignMapping {
  const { type } = envelope;
  if (type.startsWith('dev.tekton.') || type.startsWith('dev.cdeventsx.')) {
    return ignored(
      type,
      'which only a configured source maps; send it to the webhook route',
    );
  }
  if (!type.startsWith('dev.cdevents.')) {
    return {};
  }
  const [subjectType, predicate] = type.split('.').slice(2);
  const event = object(envelope.data);
  const contradicting =
    event.context && contradiction(envelope, object(event.context));
  if (contradicting) {
    return contradicting;
  }
  const subject = object(event.subject);
  const content = object(subject.content);
  const custom = object(event.customData);
  const base = {
    ...custom,
    service_id: custom.service_id ?? object(content.service).id,
    commit_sha: shaOf(subject, content, custom),
    environment: custom.environment ?? object(content.environment).id,
  };

  switch (`${subjectType}.${predicate}`) {
    case 'service.deployed':
    case 'service.upgraded':
    case 'service.rolledback':
      return {
        kind: 'deploy.completed',
        data: {
          ...base,
          service_id: custom.service_id ?? subject.id,
          artifact: content.artifactId,
          status: 'success',
          deployment_id:
            custom.deployment_id ??
            longest([
              subject.id,
              base.environment,
              content.artifactId,
              envelope.time,
            ]),
          ...(predicate === 'rolledback' ? { kind: 'rollback' } : {}),
        },
      };
    case 'change.merged':
      return { kind: 'change.merged', data: base };
    case 'pipelinerun.started':
    case 'build.started':
    case 'pipelinerun.finished':
    case 'build.finished': {
      const outcome = OUTCOMES[String(content.outcome)];
      return {
        kind: predicate === 'started' ? 'build.started' : 'build.completed',
        data: {
          ...base,
          service_id: base.service_id ?? content.pipelineName,
          pipeline_run_id: [subject.source, subject.id]
            .filter(Boolean)
            .join('/'),
          ...(outcome ? { status: outcome } : {}),
        },
      };
    }
    case 'incident.detected':
    case 'incident.reported':
    case 'incident.resolved':
      return {
        kind:
          predicate === 'resolved' ? 'incident.resolved' : 'incident.opened',
        data: { ...base, incident_id: custom.incident_id ?? subject.id },
      };
    default:
      return ignored(type, 'a CDEvent that says nothing about the four keys');
  }
}

import type { JsonObject } from '@backstage/types';
import {
  mapForeignEvent,
  pruneNotGiven,
  type EventKind,
} from '@four-keys/backstage-plugin-four-keys-common';
import {
  eventId,
  given,
  ignored,
  objectOf,
  textOf,
  toRfc3339,
  type ServiceResolver,
  type SourceResult,
  type WebhookHeaders,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { firstMatch, type Rule } from '../rules';

export interface CdeventsSettings {
  readonly deployments: ReadonlyArray<Rule<'pipeline'>>;
  readonly servicesOf: ServiceResolver;
}

const envelopeSchema = z.object({
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.string().min(1),
  data: z.record(z.string(), z.unknown()),
});

/** The envelope around a CDEvent, or beside it in the headers. */
function envelopeOf(headers: WebhookHeaders, body: unknown) {
  const structured = objectOf(body);
  return envelopeSchema.safeParse(
    headers['ce-type'] === undefined
      ? structured
      : {
          id: headers['ce-id'],
          source: headers['ce-source'],
          type: headers['ce-type'],
          time: headers['ce-time'],
          data: structured,
        },
  );
}

const DEPLOYMENT_KINDS: Partial<Record<EventKind, EventKind>> = {
  'build.started': 'deploy.started',
  'build.completed': 'deploy.completed',
};

interface Told {
  readonly kind: EventKind;
  readonly data: JsonObject;
}

/** A run of a pipeline belongs to a service, and may be a deployment, by rules. */
function ofPipeline(
  { kind, data }: Told,
  pipeline: string,
  settings: CdeventsSettings,
): Told | string {
  const environment = firstMatch(settings.deployments, { pipeline });
  const deployment = environment ? DEPLOYMENT_KINDS[kind] : undefined;
  const answer =
    data.service_id === pipeline
      ? settings.servicesOf({ container: pipeline, job: pipeline })
      : { services: [String(data.service_id)] };
  if ('unclear' in answer) {
    return answer.reason;
  }
  return {
    kind: deployment ?? kind,
    data: given({
      ...data,
      service_id: answer.services[0],
      environment: deployment ? environment : data.environment,
    }),
  };
}

/** A CDEvent, as `POST /events` of the collector reads it, with rules of a configuration. */
export function mapCdevent(
  headers: WebhookHeaders,
  body: unknown,
  settings: CdeventsSettings,
): SourceResult {
  const envelope = envelopeOf(headers, body);
  if (!envelope.success) {
    return ignored(
      'the body is no CloudEvent with id, source, type, time and data, and Ce- headers name none',
    );
  }
  const { id, source, type, data: event } = envelope.data;
  const time = toRfc3339(envelope.data.time);
  if (!time || !type.startsWith('dev.cdevents.')) {
    return ignored(`${type} is no CDEvent, or its time is none`);
  }
  const mapped = mapForeignEvent({ specversion: '1.0', ...envelope.data });
  if ('rejection' in mapped) {
    return ignored(mapped.rejection.message);
  }
  if (!mapped.kind) {
    return ignored(`${type} says nothing about the four keys`);
  }
  const told: Told = {
    kind: mapped.kind,
    data: (pruneNotGiven(mapped.data) ?? {}) as JsonObject,
  };
  const content = objectOf(objectOf(event.subject).content);
  const pipeline = textOf(content.pipelineName);
  const result = pipeline ? ofPipeline(told, pipeline, settings) : told;
  if (typeof result === 'string') {
    return ignored(result);
  }
  if (!result.data.service_id) {
    return ignored(`${type} names no service`);
  }
  if (result.kind === 'change.merged' && !result.data.commit_sha) {
    return ignored('no_commit: the change names no commit');
  }
  // The id of a CloudEvent is one only beside its source.
  return { events: [{ ...result, id: eventId('event', source, id), time }] };
}

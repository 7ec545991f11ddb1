import {
  epochSecond,
  eventId,
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type ServiceResolver,
  type SourceEvent,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';

const text = z.string().nullish();

/** PagerDuty is asked as a whole: what its key may see. */
export const ACCOUNT = 'account';

/** A service or an incident, as others name it. */
export const reference = z.object({ id: z.string().min(1), summary: text });

export type Reference = z.output<typeof reference>;

export const pagerdutyPayload = z.object({
  event: z.object({
    event_type: z.string(),
    occurred_at: z.string(),
    data: z.unknown(),
  }),
});

export const incidentSchema = z.object({
  id: z.string().min(1),
  title: text,
  html_url: text,
  urgency: text,
  priority: z.object({ summary: text }).nullish(),
  service: reference,
  resolve_reason: z
    .object({ type: text, incident: z.object({ id: z.string() }).nullish() })
    .nullish(),
});

export type Incident = z.output<typeof incidentSchema>;

export interface PagerdutySettings {
  readonly hasUrgency: (name: string) => boolean;
  readonly hasPriority: (name: string) => boolean;
  readonly servicesOf: ServiceResolver;
  /** Whether PagerDuty can be asked which service an incident had before. */
  readonly canAsk: boolean;
}

const servicesOf = (service: Reference, settings: PagerdutySettings) =>
  settings.servicesOf({
    container: service.summary ?? service.id,
    name: service.summary ?? service.id,
    annotations: [['pagerduty.com/service-id', service.id]],
  });

/** An incident that moved to another service is over for the one that it left. */
export function leavingOf(
  incident: string,
  left: Reference,
  at: string,
  settings: PagerdutySettings,
): SourceEvent[] {
  const answer = servicesOf(left, settings);
  const time = toRfc3339(at);
  const second = epochSecond(at);
  return 'unclear' in answer || !time || second === undefined
    ? []
    : eventsOf(answer.services, {
        kind: 'incident.resolved',
        container: 'incident',
        id: [incident, 'left', left.id, second],
        time,
        data: { incident_id: `pagerduty/${incident}`, external: true },
      });
}

/** Everything else that PagerDuty tells of an incident neither opens nor ends it. */
const MEANINGS = new Map([
  ['incident.triggered', { kind: 'incident.opened', verb: 'opened' }],
  // The same incident, from now on as one of another service.
  ['incident.service_updated', { kind: 'incident.opened', verb: 'moved' }],
  ['incident.reopened', { kind: 'incident.reopened', verb: 'reopened' }],
  ['incident.resolved', { kind: 'incident.resolved', verb: 'resolved' }],
] as const);

function whyNot(
  { urgency, priority }: Incident,
  settings: PagerdutySettings,
): string | undefined {
  if (!settings.hasUrgency(urgency ?? '')) {
    return `its urgency is ${urgency ?? 'unknown'}`;
  }
  return settings.hasPriority(priority?.summary ?? '')
    ? undefined
    : `its priority is ${priority?.summary ?? 'unknown'}`;
}

/** An incident that opens, opens again or ends. */
export function mapIncidentEvent(
  { event }: z.output<typeof pagerdutyPayload>,
  settings: PagerdutySettings,
): SourceResult {
  const meaning = MEANINGS.get(event.event_type as never);
  if (!meaning) {
    return ignored(`${event.event_type} is not used`);
  }
  const parsed = incidentSchema.safeParse(event.data);
  const time = toRfc3339(event.occurred_at);
  const second = epochSecond(event.occurred_at);
  if (!parsed.success || !time || second === undefined) {
    return ignored(
      'event.data is no incident with an id and a service, or occurred_at is no time',
    );
  }
  const incident = parsed.data;
  const { kind, verb } = meaning;
  const reason = whyNot(incident, settings);
  // An incident that was taken must end, whatever became of its urgency.
  if (reason && kind !== 'incident.resolved') {
    return ignored(reason);
  }
  const { service } = incident;
  const answer = servicesOf(service, settings);
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const mergedInto = incident.resolve_reason?.incident?.id;
  // The webhook does not name the service that it left.
  const asks = verb === 'moved' && settings.canAsk;
  return {
    events: eventsOf(answer.services, {
      kind,
      container: 'incident',
      // Whole seconds: the log of an incident knows no fractions.
      id: [incident.id, verb, ...(verb === 'opened' ? [] : [second])],
      time,
      data: given({
        incident_id: `pagerduty/${incident.id}`,
        title: incident.title,
        url: incident.html_url,
        severity: incident.priority?.summary || incident.urgency,
        external: mergedInto ? true : undefined,
        merged_into: mergedInto && `pagerduty/${mergedInto}`,
      }),
    }),
    ...(asks && {
      lookups: [
        {
          key: eventId('incident', incident.id, 'left', second),
          container: ACCOUNT,
          question: {
            incident: incident.id,
            service: service.id,
            at: event.occurred_at,
          },
        },
      ],
    }),
  };
}

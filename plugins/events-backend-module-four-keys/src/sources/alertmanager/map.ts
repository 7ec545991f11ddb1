import {
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type ServiceResolver,
  type SourceEvent,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { firstOf, serviceNamedOr } from '../named';

const names = z.record(z.string(), z.string());

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: names,
  annotations: names.nullish(),
  startsAt: z.string(),
  endsAt: z.string().nullish(),
  fingerprint: z.string().min(1),
});

export const alertmanagerPayload = z.object({
  alerts: z.array(alertSchema),
  truncatedAlerts: z.number().nullish(),
});

type Alert = z.output<typeof alertSchema>;

export interface AlertmanagerSettings {
  readonly hasSeverity: (name: string) => boolean;
  /** The labels that name the service, the best first. */
  readonly serviceLabels: readonly string[];
  readonly environmentLabels: readonly string[];
  readonly servicesOf: ServiceResolver;
}

/** The alert that always fires, to show that alerts arrive at all. */
const HEARTBEAT = 'Watchdog';

function mapAlert(
  alert: Alert,
  settings: AlertmanagerSettings,
): readonly SourceEvent[] | string {
  const { labels, status, fingerprint, startsAt } = alert;
  const name = labels.alertname ?? fingerprint;
  if (name === HEARTBEAT) {
    return `${HEARTBEAT} is no incident`;
  }
  if (!settings.hasSeverity(labels.severity ?? '')) {
    return `the severity of ${name} is ${labels.severity ?? 'not given'}`;
  }
  const firing = status === 'firing';
  const time = toRfc3339(firing ? startsAt : alert.endsAt);
  if (!time) {
    return `${firing ? 'startsAt' : 'endsAt'} of ${name} is no time`;
  }
  const answer = serviceNamedOr(
    firstOf(labels, settings.serviceLabels),
    settings.servicesOf,
    { container: name, labels },
  );
  if ('unclear' in answer) {
    return answer.reason;
  }
  return eventsOf(answer.services, {
    kind: firing ? 'incident.opened' : 'incident.resolved',
    container: 'alert',
    id: [fingerprint, startsAt, status],
    time,
    data: given({
      incident_id: `alertmanager/${fingerprint}/${startsAt}`,
      title: alert.annotations?.summary ?? name,
      severity: labels.severity,
      environment: firstOf(labels, settings.environmentLabels),
    }),
  });
}

/** A group of alerts, new ones among those that were told before. */
export function mapAlerts(
  { alerts, truncatedAlerts }: z.output<typeof alertmanagerPayload>,
  settings: AlertmanagerSettings,
): SourceResult {
  const results = alerts.map(alert => mapAlert(alert, settings));
  const events = results.flatMap(result =>
    typeof result === 'string' ? [] : result,
  );
  if (events.length > 0) {
    return { events };
  }
  return ignored(
    truncatedAlerts
      ? 'the group was cut short; set max_alerts: 0'
      : results.find(result => typeof result === 'string') ??
          'the group is empty',
  );
}

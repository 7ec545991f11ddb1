import {
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type ServiceResolver,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { labelsByName } from '../incidents';
import { serviceNamedOr } from '../named';

const text = z.string().nullish();
const instant = z.union([z.string(), z.number()]).nullish();

export const opsgeniePayload = z.object({
  action: z.string(),
  alert: z.object({
    alertId: z.string().min(1),
    tinyId: text,
    alias: text,
    message: text,
    entity: text,
    priority: text,
    tags: z.array(z.string()).nullish(),
    createdAt: instant,
    updatedAt: instant,
  }),
});

export interface OpsgenieSettings {
  readonly hasPriority: (name: string) => boolean;
  /** Undefined: every alert is an incident, whatever its tags. */
  readonly hasTag?: (name: string) => boolean;
  readonly servicesOf: ServiceResolver;
}

/** Later than any time in milliseconds that we shall see. */
const MILLISECONDS_BELOW = 100_000_000_000_000;

/** Some of its times are in micro- or nanoseconds; only their size tells which. */
function timeOf(value: string | number | null | undefined): string | undefined {
  let number = typeof value === 'string' ? Number(value) : value;
  if (number === undefined || number === null || Number.isNaN(number)) {
    return toRfc3339(value);
  }
  while (number > MILLISECONDS_BELOW && Number.isFinite(number)) {
    number /= 1000;
  }
  return toRfc3339(number);
}

const MEANINGS: ReadonlyMap<string, 'incident.opened' | 'incident.resolved'> =
  new Map([
    ['Create', 'incident.opened'],
    ['Close', 'incident.resolved'],
    ['Delete', 'incident.resolved'],
  ]);

/** An alert that opens or ends. It never opens again: that is another alert. */
export function mapAlertAction(
  { action, alert }: z.output<typeof opsgeniePayload>,
  settings: OpsgenieSettings,
): SourceResult {
  const kind = MEANINGS.get(action);
  if (!kind) {
    return ignored(`${action} is not used`);
  }
  const opened = kind === 'incident.opened';
  const tags = alert.tags ?? [];
  if (opened && !settings.hasPriority(alert.priority ?? '')) {
    return ignored(`the priority of the alert is ${alert.priority}`);
  }
  if (opened && settings.hasTag && !tags.some(settings.hasTag)) {
    return ignored('the alert has none of the tags of an incident');
  }
  const time = timeOf(opened ? alert.createdAt : alert.updatedAt);
  if (!time) {
    return ignored(
      `alert.${opened ? 'createdAt' : 'updatedAt'} is missing or no time`,
    );
  }
  const labels = labelsByName(tags);
  const answer = serviceNamedOr(labels.service, settings.servicesOf, {
    container: alert.entity || alert.alias || alert.alertId,
    name: alert.entity || undefined,
    labels,
    annotations: tags.flatMap(tag => [
      ['opsgenie.com/component-selector', `tag:"${tag}"`] as const,
      ['opsgenie.com/component-selector', `tag:${tag}`] as const,
    ]),
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind,
      container: 'alert',
      id: [alert.alertId, action.toLowerCase()],
      time,
      data: given({
        incident_id: `opsgenie/${alert.alertId}`,
        title: alert.message,
        severity: alert.priority,
        environment: labels.environment ?? labels.env,
      }),
    }),
  };
}

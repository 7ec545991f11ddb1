import type { MappingRule } from '../rules';

const tag = (name: string) =>
  `$split(tags, ",")[$substringBefore($trim($), ":") = "${name}"][0] ~> $substringAfter(":")`;

const incident = `{
  "service_id": ${tag('service')},
  "environment": ${tag('env')},
  "incident_id": "datadog/" & alert_id & "/" & cycle,
  "title": title,
  "severity": priority,
  "url": link
}`;

/** A webhook of Datadog whose payload is the one of docs/sources/generic.md. */
export const datadog: readonly MappingRule[] = [
  {
    when: 'transition = "Triggered"',
    type: 'incident.opened',
    id: '"monitor/" & alert_id & "/" & cycle & "/triggered"',
    time: 'date',
    data: incident,
  },
  {
    when: 'transition = "Recovered"',
    type: 'incident.resolved',
    id: '"monitor/" & alert_id & "/" & cycle & "/recovered"',
    time: 'date',
    data: incident,
  },
];

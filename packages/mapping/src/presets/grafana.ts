import type { MappingRule } from '../rules';

const incident = `{
  "service_id": $firstOf(labels, ["service", "app", "component"]),
  "environment": $firstOf(labels, ["environment", "env", "cluster"]),
  "incident_id": "grafana/" & fingerprint & "/" & startsAt,
  "title": annotations.summary ? annotations.summary : labels.alertname,
  "severity": labels.severity,
  "url": generatorURL
}`;

/** The first of some labels that is given; expressions have no shorter word for it. */
const withFirstOf = (expression: string) =>
  `($firstOf := function($map, $names) { $filter($names.$lookup($map, $), function($v) { $v != "" })[0] }; ${expression})`;

/** The webhook of a contact point of Grafana: a group of alerts. */
export const grafana: readonly MappingRule[] = [
  {
    each: 'alerts',
    when: 'status = "firing"',
    type: 'incident.opened',
    id: '"alert/" & fingerprint & "/" & startsAt & "/firing"',
    time: 'startsAt',
    data: withFirstOf(incident),
  },
  {
    each: 'alerts',
    when: 'status = "resolved"',
    type: 'incident.resolved',
    id: '"alert/" & fingerprint & "/" & startsAt & "/resolved"',
    time: 'endsAt',
    data: withFirstOf(incident),
  },
];

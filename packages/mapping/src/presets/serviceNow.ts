import type { MappingRule } from '../rules';

/** Resolved, closed and cancelled, as the numbers and the words that ServiceNow comes with. */
const FINAL = '["6", "7", "8", "Resolved", "Closed", "Canceled", "Cancelled"]';

const isFinal = (field: string) => `$string(${field}) in ${FINAL}`;

/** Times of ServiceNow are UTC and do not say so. */
const utc = (field: string) => `${field} & " UTC"`;

const incident = `{
  "service_id": business_service ? business_service : cmdb_ci,
  "incident_id": "servicenow/" & sys_id,
  "title": short_description,
  "severity": $string(priority)
}`;

/** The business rule of docs/sources/generic.md, on insert and update of an incident. */
export const serviceNow: readonly MappingRule[] = [
  {
    // An incident may be first heard of in any state: it opened when it was made.
    when: `$not(${isFinal('state')})`,
    type: 'incident.opened',
    id: 'sys_id & "/opened"',
    time: utc('sys_created_on'),
    data: incident,
  },
  {
    when: `${isFinal('state')} and $not(${isFinal('previous_state')})`,
    type: 'incident.resolved',
    id: 'sys_id & "/" & $string(state) & "/" & sys_updated_on',
    time: utc('sys_updated_on'),
    data: incident,
  },
  {
    when: `${isFinal('previous_state')} and $not(${isFinal('state')})`,
    type: 'incident.reopened',
    id: 'sys_id & "/" & $string(state) & "/" & sys_updated_on',
    time: utc('sys_updated_on'),
    data: incident,
  },
];

import {
  epochSecond,
  eventsOf,
  given,
  ignored,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import { causeIn, labelsByName } from '../incidents';
import type { issuePayload } from './payload';
import type { GitlabSettings } from './settings';

const KINDS = {
  open: 'incident.opened',
  reopen: 'incident.reopened',
  close: 'incident.resolved',
} as const;

/** Issues with a label, and what GitLab itself calls an incident. */
export function mapIssue(
  body: z.output<typeof issuePayload>,
  settings: GitlabSettings,
): SourceResult {
  const issue = body.object_attributes;
  const container = body.project.path_with_namespace;
  const labels = (body.labels ?? []).map(({ title }) => title);
  const isIncident =
    issue.type?.toLowerCase() === 'incident' ||
    labels.some(settings.isIncident);
  if (!isIncident) {
    return ignored(
      'the issue is no incident and has no label of incidentLabels',
    );
  }
  const { action } = issue;
  if (action !== 'open' && action !== 'reopen' && action !== 'close') {
    return ignored(`an issue with the action ${action} says nothing`);
  }
  const at =
    action === 'open'
      ? issue.created_at
      : (action === 'close' && issue.closed_at) || issue.updated_at;
  const time = toRfc3339(at);
  const second = epochSecond(at);
  if (!time || second === undefined) {
    return ignored('the issue says not when that was');
  }
  const answer = settings.servicesOf({
    container,
    labels: labelsByName(labels),
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const severity = issue.severity?.toLowerCase();
  return {
    events: eventsOf(answer.services, {
      kind: KINDS[action],
      container,
      id:
        action === 'open'
          ? ['issue', issue.id, 'opened']
          : ['issue', issue.id, action, second],
      time,
      data: given({
        incident_id: `gitlab/${container}#${issue.iid}`.toLowerCase(),
        title: issue.title,
        url: issue.url,
        severity:
          labels.map(settings.severityOf).find(Boolean) ??
          (severity === 'unknown' ? undefined : severity),
        cause: causeIn(issue.description),
      }),
    }),
  };
}

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
import type { issuesPayload } from './payload';
import type { GithubSettings } from './settings';

/** A label that is set so soon after the issue was made came with it. */
const WITH_THE_ISSUE_S = 60;

/** Reasons for which GitHub closes what was no incident. */
const NO_INCIDENT = new Set(['not_planned', 'duplicate']);

type Body = z.output<typeof issuesPayload>;

/** What an action means for an incident, and when. */
function meaningOf({ action, issue, label }: Body, settings: GithubSettings) {
  const openedLate =
    action === 'labeled' && label && settings.isIncident(label.name);
  if (action === 'opened' || openedLate) {
    const created = epochSecond(issue.created_at) ?? 0;
    const updated = epochSecond(issue.updated_at) ?? created;
    const late = openedLate && updated - created > WITH_THE_ISSUE_S;
    return {
      kind: 'incident.opened',
      verb: 'opened',
      at: late ? issue.updated_at : issue.created_at,
    } as const;
  }
  if (action === 'reopened') {
    return {
      kind: 'incident.reopened',
      verb: 'reopened',
      at: issue.updated_at,
    } as const;
  }
  if (action === 'closed') {
    return {
      kind: 'incident.resolved',
      verb: 'closed',
      at: issue.closed_at,
    } as const;
  }
  return undefined;
}

export function mapIssue(body: Body, settings: GithubSettings): SourceResult {
  const { issue, repository } = body;
  const container = repository.full_name;
  const labels = (issue.labels ?? []).map(({ name }) => name);
  if (issue.pull_request || !labels.some(settings.isIncident)) {
    return ignored('the issue has no label of incidentLabels');
  }
  const meaning = meaningOf(body, settings);
  if (!meaning) {
    return ignored(`an issue that is ${body.action} says nothing`);
  }
  const { kind, verb, at } = meaning;
  const time = toRfc3339(at);
  const second = epochSecond(at);
  if (!time || second === undefined) {
    return ignored(`the issue says not when it was ${verb}`);
  }
  const answer = settings.servicesOf({
    container,
    labels: labelsByName(labels),
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const opened = verb === 'opened';
  return {
    events: eventsOf(answer.services, {
      kind,
      container,
      id: ['issue', issue.id, verb, ...(opened ? [] : [second])],
      time,
      data: given({
        incident_id: `github/${container}#${issue.number}`.toLowerCase(),
        title: issue.title,
        url: issue.html_url,
        severity: labels.map(settings.severityOf).find(Boolean),
        cause: causeIn(issue.body),
        external: NO_INCIDENT.has(issue.state_reason ?? '') ? true : undefined,
      }),
    }),
  };
}

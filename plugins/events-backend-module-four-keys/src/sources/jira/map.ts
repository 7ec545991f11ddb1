import {
  eventsOf,
  given,
  ignored,
  textOf,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { causeIn, labelsByName } from '../incidents';
import { COMPONENT, type JiraSettings } from './settings';

const text = z.string().nullish();
const named = z.object({ name: z.string().min(1) });

export const issueSchema = z.object({
  id: z.union([z.string().min(1), z.number()]),
  key: z.string().min(1),
  fields: z.looseObject({
    created: text,
    summary: text,
    issuetype: named,
    project: z.object({ key: z.string().min(1) }),
    priority: named.nullish(),
    components: z.array(named).nullish(),
    labels: z.array(z.string()).nullish(),
  }),
});

/** Things that were changed of an issue at once. */
export const changeSchema = z.object({
  id: z.union([z.string(), z.number()]),
  items: z.array(z.object({ field: text, fromString: text, toString: text })),
});

export const jiraPayload = z.object({
  webhookEvent: z.string(),
  timestamp: z.number().nullish(),
  issue: issueSchema.nullish(),
  changelog: changeSchema.nullish(),
});

type Body = z.output<typeof jiraPayload>;
type Item = NonNullable<Body['changelog']>['items'][number];

interface Meaning {
  readonly kind: 'incident.opened' | 'incident.resolved' | 'incident.reopened';
  readonly verb: string;
  /** It never was an incident, or is none any more. */
  readonly external?: boolean;
}

const OPENED: Meaning = { kind: 'incident.opened', verb: 'opened' };

/** What a change of the status means: into a done one, out of it, or nothing. */
function ofStatus(item: Item, settings: JiraSettings): Meaning | undefined {
  const [from, to] = [item.fromString, item.toString].map(status =>
    settings.isDone(status ?? ''),
  );
  if (from === to) {
    return undefined;
  }
  return to
    ? { kind: 'incident.resolved', verb: 'resolved' }
    : { kind: 'incident.reopened', verb: 'reopened' };
}

/** An issue that becomes an incident was one since it was created, as far as anybody knows. */
function ofType(item: Item, settings: JiraSettings): Meaning | undefined {
  const [from, to] = [item.fromString, item.toString].map(type =>
    settings.isIncidentType(type ?? ''),
  );
  if (from === to) {
    return undefined;
  }
  return to
    ? OPENED
    : { kind: 'incident.resolved', verb: 'withdrawn', external: true };
}

function meaningOf(
  { webhookEvent, changelog }: Body,
  isIncident: boolean,
  settings: JiraSettings,
): Meaning | undefined {
  if (webhookEvent === 'jira:issue_created') {
    return isIncident ? OPENED : undefined;
  }
  if (webhookEvent === 'jira:issue_deleted') {
    return isIncident
      ? { kind: 'incident.resolved', verb: 'deleted', external: true }
      : undefined;
  }
  const items = changelog?.items ?? [];
  const type = items.find(({ field }) => field === 'issuetype');
  const status = items.find(({ field }) => field === 'status');
  return (
    (type && ofType(type, settings)) ??
    (isIncident && status ? ofStatus(status, settings) : undefined)
  );
}

/** An issue of an incident's type that opens, opens again or ends. */
export function mapIssueEvent(
  body: Body,
  settings: JiraSettings,
): SourceResult {
  const { issue, changelog } = body;
  if (!issue) {
    return ignored(`${body.webhookEvent} is not used`);
  }
  const { fields } = issue;
  const meaning = meaningOf(
    body,
    settings.isIncidentType(fields.issuetype.name),
    settings,
  );
  if (!meaning) {
    return ignored(
      'the issue is no incident, or it neither opened nor ended by this',
    );
  }
  const { kind, verb, external } = meaning;
  const opened = kind === 'incident.opened';
  const time = toRfc3339(opened ? fields.created : body.timestamp);
  if (!time) {
    return ignored(
      `${opened ? 'issue.fields.created' : 'timestamp'} is no time`,
    );
  }
  const project = fields.project.key;
  const answer = settings.servicesOf({
    container: project,
    labels: labelsByName(fields.labels ?? []),
    annotations: [
      ...(fields.components ?? []).map(
        ({ name }) => [COMPONENT, `${project}/${name}`] as const,
      ),
      ['jira/project-key', project],
    ],
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const cause =
    settings.causeField && textOf(fields[settings.causeField])?.trim();
  return {
    events: eventsOf(answer.services, {
      kind,
      container: 'issue',
      id: [issue.id, verb, ...(opened ? [] : [changelog?.id ?? ''])],
      time,
      data: given({
        // Keys change when an issue moves to another project.
        incident_id: `jira/${issue.id}`,
        title: fields.summary,
        severity: fields.priority?.name,
        cause: cause ? causeIn(`root cause: ${cause}`) : undefined,
        external,
      }),
    }),
  };
}

import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import { jiraSource } from '.';
import { onlyEvent } from '../__testUtils__/onlyEvent';
import { issueEvent, statusChange } from './fixtures';

const updated = (...items: object[]) =>
  issueEvent('jira:issue_updated', { items });

const STORY = { issuetype: { name: 'Story' } };

describeSource({
  type: jiraSource,
  sign: (body, secret) => ({
    'x-hub-signature': `sha256=${createHmac('sha256', secret)
      .update(body)
      .digest('hex')}`,
  }),
  deliveries: {
    'an incident': { body: issueEvent('jira:issue_created') },
    'an incident that is over': {
      body: updated(statusChange('In Progress', 'Done')),
    },
    'an incident that is back': {
      body: updated(statusChange('Done', 'In Progress')),
    },
    'an incident that is deleted': { body: issueEvent('jira:issue_deleted') },
  },
  ignored: {
    'a story': { body: issueEvent('jira:issue_created', { fields: STORY }) },
    'a story that is done': {
      body: issueEvent('jira:issue_updated', {
        fields: STORY,
        items: [statusChange('In Progress', 'Done')],
      }),
    },
    'work that begins': { body: updated(statusChange('To Do', 'In Progress')) },
    'another word for done': { body: updated(statusChange('Done', 'Closed')) },
    'a comment': { body: updated({ field: 'Comment', toString: 'hello' }) },
    'a sprint': { body: { webhookEvent: 'sprint_started', sprint: {} } },
  },
  persons: /mona/i,
});

const map = (
  body: unknown,
  settings: JsonObject = {},
  context: Partial<typeof testContext> = {},
) =>
  onlyEvent(
    jiraSource
      .fromConfig(new ConfigReader({ secrets: ['s'], ...settings }), {
        ...testContext,
        ...context,
      })
      .map({}, body),
  );

describe('an issue of Jira', () => {
  it('is one incident, whatever project it moves to', () => {
    const opened = map(issueEvent('jira:issue_created'));
    expect(opened).toEqual({
      kind: 'incident.opened',
      id: 'issue/10042/opened',
      time: '2026-06-10T12:00:00.000Z',
      data: {
        service_id: 'PAY',
        incident_id: 'jira/10042',
        title: 'Payments are slow',
        severity: 'Highest',
      },
    });
    expect(map(updated(statusChange('In Progress', 'Done')))).toMatchObject({
      kind: 'incident.resolved',
      id: 'issue/10042/resolved/90210',
      time: '2026-06-10T13:00:00.000Z',
      data: { incident_id: 'jira/10042' },
    });
  });

  it('that stays resolved by date is open again by its status', () => {
    const reopened = issueEvent('jira:issue_updated', {
      fields: { resolutiondate: '2026-06-10T14:30:00.000+0200' },
      items: [statusChange('Done', 'To Do')],
    });
    expect(map(reopened).kind).toBe('incident.reopened');
  });

  it('that becomes an incident opened when it was made, and one that was none is withdrawn', () => {
    const type = (fromString: string, toString: string) => ({
      field: 'issuetype',
      fromString,
      toString,
    });
    expect(map(updated(type('Story', 'Incident')))).toEqual(
      map(issueEvent('jira:issue_created')),
    );
    const withdrawn = issueEvent('jira:issue_updated', {
      fields: STORY,
      items: [type('Incident', 'Story')],
    });
    expect(map(withdrawn)).toMatchObject({
      kind: 'incident.resolved',
      data: { external: true },
    });
  });

  it('names its cause in a field that is configured', () => {
    const cause = (value: unknown) =>
      map(
        issueEvent('jira:issue_created', {
          fields: { customfield_10042: value },
        }),
        { causeField: 'customfield_10042' },
      ).data.cause;
    expect(cause('4f2c9a1b')).toEqual({ commit_sha: '4f2c9a1b' });
    expect(cause('github/77')).toEqual({ deployment_id: 'github/77' });
    expect(cause(null)).toBeUndefined();
    expect(cause({ id: 1 })).toBeUndefined();
  });

  it('belongs to the component of its project, not of another one', () => {
    const services: Record<string, string[]> = {
      'jira/project-key=PAY': ['payments-api', 'payments-web'],
      'jira/component=api': ['payments-api', 'orders-api'],
    };
    const catalog = {
      find: (annotation: string, value: string) =>
        (services[`${annotation}=${value}`] ?? []).map(service => ({
          service,
          explicit: false,
        })),
    };
    expect(
      map(issueEvent('jira:issue_created'), {}, { catalog }).data.service_id,
    ).toBe('payments-api');
  });

  it('is done by the words of its workflow', () => {
    const settings = { doneStatuses: ['Mitigated'], issueTypes: ['Outage'] };
    const body = issueEvent('jira:issue_updated', {
      fields: { issuetype: { name: 'outage' } },
      items: [statusChange('Open', 'Mitigated')],
    });
    expect(map(body, settings).kind).toBe('incident.resolved');
  });
});

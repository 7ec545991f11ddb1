import { ConfigReader } from '@backstage/config';
import {
  testContext,
  VendorServer,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { jiraSource } from '.';
import { imported } from '../__testUtils__/imported';
import { issueEvent, statusChange } from './fixtures';

const at = (clock: string) => Date.parse(`2026-06-10T${clock}:00Z`);

const typeChange = (fromString: string, toString: string) => ({
  field: 'issuetype',
  fromString,
  toString,
});

const story = { issuetype: { name: 'Story' } };

/** Changes of one issue: it becomes an incident, ends, comes back, ends, and was none after all. */
const CHANGES = [
  { id: '1', clock: '12:05', items: [typeChange('Story', 'Incident')] },
  { id: '2', clock: '13:00', items: [statusChange('In Progress', 'Done')] },
  { id: '3', clock: '14:00', items: [statusChange('Done', 'In Progress')] },
  { id: '4', clock: '15:00', items: [statusChange('In Progress', 'Closed')] },
  { id: '5', clock: '16:00', items: [typeChange('Incident', 'Story')] },
];

const SETTINGS = {
  secrets: ['s'],
  projects: ['PAY'],
  api: { user: 'bot@example.com', token: 't' },
};

describe('what Jira remembers', () => {
  const server = new VendorServer();
  const source = jiraSource.fromConfig(new ConfigReader(SETTINGS), {
    ...testContext,
    instance: 'acme.atlassian.net',
    canLookUp: false,
  });
  const base = issueEvent('').issue;
  const issues = [
    { ...base, fields: { ...base.fields, ...story } },
    { ...base, id: '10043' },
  ];

  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => {
    server.calls.length = 0;
    server.answer = ({ path, body }) => {
      const { nextPageToken, issueIdsOrKeys } = body as {
        nextPageToken?: string;
        issueIdsOrKeys?: string[];
      };
      switch (path) {
        case '/rest/api/2/search/approximate-count':
          return { body: { count: 2 } };
        case '/rest/api/2/search/jql':
          return nextPageToken === 'second'
            ? { body: { issues: [issues[1]] } }
            : { body: { issues: [issues[0]], nextPageToken: 'second' } };
        case '/rest/api/2/changelog/bulkfetch':
          return issueIdsOrKeys?.[0] === '10042'
            ? {
                body: {
                  issueChangeLogs: [
                    {
                      issueId: '10042',
                      changeHistories: CHANGES.slice(
                        ...(nextPageToken ? [3] : [0, 3]),
                      ).map(({ id, clock, items }) => ({
                        id,
                        created: at(clock),
                        items,
                      })),
                    },
                  ],
                  nextPageToken: nextPageToken ? null : 'more',
                },
              }
            : { body: { issueChangeLogs: [] } };
        default:
          return undefined;
      }
    };
  });

  const importAll = (request = {}) =>
    imported(source, server.url, { container: 'PAY', ...request });

  it('is what its webhooks told, and no second event', async () => {
    const { events, cursors } = await importAll();
    const live = [
      issueEvent('jira:issue_created', { fields: story }),
      ...CHANGES.map(({ id, clock, items }) => ({
        ...issueEvent('jira:issue_updated', {
          fields: id === '5' ? story : {},
        }),
        timestamp: at(clock),
        changelog: { id, items },
      })),
    ].flatMap(body => {
      const result = source.map({}, body);
      return 'events' in result ? result.events : [];
    });
    expect(live).toHaveLength(5);
    expect(events.slice(0, 5)).toEqual(live);
    expect(events.slice(5).map(({ id }) => id)).toEqual(['issue/10043/opened']);
    expect(JSON.stringify(events)).not.toMatch(/mona/i);

    // From where it stopped it goes on.
    expect(cursors.at(-1)).toBe('done:');
    const rest = await importAll({ cursor: cursors[0] });
    expect(rest.events.map(({ id }) => id)).toEqual(['issue/10043/opened']);
  });

  it('is asked for by project and days, whose bounds no time zone moves', async () => {
    await importAll();
    expect(server.calls[1].body).toMatchObject({
      jql: 'project = "PAY" AND updated >= "2026-05-31" AND created <= "2026-07-03" ORDER BY created ASC, key ASC',
    });
    const { events } = await importAll({ since: at('14:30') });
    expect(events.map(({ id }) => id)).toEqual([
      'issue/10042/resolved/4',
      'issue/10042/withdrawn/5',
    ]);
  });

  it('is told to who knows a token', async () => {
    expect(source.containers).toEqual(['PAY']);
    expect(source.api?.baseUrl).toBe('https://acme.atlassian.net');
    expect(await source.api?.credentials()).toEqual({
      authorization: `Basic ${Buffer.from('bot@example.com:t').toString(
        'base64',
      )}`,
    });
    expect(
      jiraSource.fromConfig(new ConfigReader({ secrets: ['s'] }), {
        ...testContext,
        canLookUp: false,
      }).importFrom,
    ).toBeUndefined();
  });
});

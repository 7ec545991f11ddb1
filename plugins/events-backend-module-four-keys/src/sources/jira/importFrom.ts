import {
  readVendorTime,
  type ImportPage,
  type ImportRequest,
  type SourceResult,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { inPhases, type PhasePage } from '../importing';
import { changeSchema, issueSchema, mapIssueEvent } from './map';
import type { JiraSettings } from './settings';

const DAY = 86_400_000;
const PAGE_SIZE = 100;

const FIELDS = [
  'created',
  'summary',
  'issuetype',
  'project',
  'priority',
  'components',
  'labels',
];

type Issue = z.output<typeof issueSchema>;

const searchSchema = z.object({
  issues: z.array(issueSchema),
  nextPageToken: z.string().nullish(),
});

const entrySchema = changeSchema.extend({
  created: z.union([z.string(), z.number()]),
});

type Entry = z.output<typeof entrySchema>;

const historiesSchema = z.object({
  issueChangeLogs: z
    .array(
      z.object({
        issueId: z.union([z.string(), z.number()]),
        changeHistories: z.array(entrySchema).nullish(),
      }),
    )
    .nullish(),
  nextPageToken: z.string().nullish(),
});

interface Import {
  readonly request: ImportRequest;
  readonly api: VendorApi;
  readonly settings: JiraSettings;
}

/** As Jira reads a day: in the time zone of who asks, whichever that is. */
const day = (instant: number) => new Date(instant).toISOString().slice(0, 10);

/** Issues that something may have happened to; a change may have made one an incident or none. */
const queryOf = ({ container, since, until }: ImportRequest) =>
  `project = ${JSON.stringify(container)} AND updated >= "${day(
    since - DAY,
  )}" AND created <= "${day(until + 2 * DAY)}" ORDER BY created ASC, key ASC`;

/** What was changed of issues, by the id of the issue. */
async function historiesOf(
  issues: readonly Issue[],
  api: VendorApi,
): Promise<Map<string, Entry[]>> {
  const histories = new Map<string, Entry[]>();
  if (issues.length === 0) {
    return histories;
  }
  let nextPageToken: string | null | undefined;
  do {
    const { body } = await api.post('rest/api/2/changelog/bulkfetch', {
      issueIdsOrKeys: issues.map(({ id }) => String(id)),
      fieldIds: ['status', 'issuetype'],
      ...(nextPageToken && { nextPageToken }),
    });
    const page = historiesSchema.parse(body);
    for (const { issueId, changeHistories } of page.issueChangeLogs ?? []) {
      const entries = histories.get(String(issueId)) ?? [];
      entries.push(...(changeHistories ?? []));
      histories.set(String(issueId), entries);
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken);
  return histories;
}

const instantOf = ({ created }: { readonly created?: unknown }) =>
  readVendorTime(created) ?? NaN;

/** An issue and its history, as the webhooks told it: each of them with the type of then. */
function issueResults(
  issue: Issue,
  history: readonly Entry[],
  { request, settings }: Pick<Import, 'request' | 'settings'>,
): SourceResult[] {
  const typeChange = (entry: Entry) =>
    entry.items.find(({ field }) => field === 'issuetype');
  const entries = [...history].sort((a, b) => instantOf(a) - instantOf(b));
  let type =
    entries.map(typeChange).find(Boolean)?.fromString ||
    issue.fields.issuetype.name;
  const then = () => ({
    ...issue,
    fields: { ...issue.fields, issuetype: { name: type } },
  });
  const told = [
    {
      at: instantOf(issue.fields),
      body: { webhookEvent: 'jira:issue_created', issue: then() },
    },
    ...entries.map(entry => {
      const at = instantOf(entry);
      type = typeChange(entry)?.toString || type;
      return {
        at,
        body: {
          webhookEvent: 'jira:issue_updated',
          timestamp: at,
          issue: then(),
          changelog: entry,
        },
      };
    }),
  ];
  return told
    .filter(({ at }) => at >= request.since && at < request.until)
    .map(({ body }) => mapIssueEvent(body, settings));
}

async function countOf(jql: string, api: VendorApi): Promise<number> {
  const { body } = await api.post('rest/api/2/search/approximate-count', {
    jql,
  });
  return z.object({ count: z.number() }).parse(body).count;
}

/** The issues of a project, with what became of them. */
async function* readIssues(
  run: Import,
  from: string | undefined,
): AsyncGenerator<PhasePage> {
  const { request, api, settings } = run;
  const jql = queryOf(request);
  const count = await countOf(jql, api);
  let [seen, token] = from
    ? (JSON.parse(from) as [number, string])
    : [0, undefined];
  do {
    const { body } = await api.post('rest/api/2/search/jql', {
      jql,
      maxResults: PAGE_SIZE,
      fields: [
        ...FIELDS,
        ...(settings.causeField ? [settings.causeField] : []),
      ],
      ...(token && { nextPageToken: token }),
    });
    const { issues, nextPageToken } = searchSchema.parse(body);
    const histories = await historiesOf(issues, api);
    seen += issues.length;
    token = nextPageToken ?? undefined;
    yield {
      results: issues.flatMap(issue =>
        issueResults(issue, histories.get(String(issue.id)) ?? [], run),
      ),
      next: token && JSON.stringify([seen, token]),
      done: Math.min(1, seen / Math.max(1, count)),
    };
  } while (token);
}

/** What Jira remembers of the issues of a project; not of those that were deleted. */
export function importFrom(
  request: ImportRequest,
  api: VendorApi,
  settings: JiraSettings,
): AsyncIterable<ImportPage> {
  const run = { request, api, settings };
  return inPhases(
    [{ name: 'issues', read: from => readIssues(run, from) }],
    request,
  );
}

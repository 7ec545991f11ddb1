import type { PermissionsService } from '@backstage/backend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  fourKeysEvidenceReadPermission,
  type TraceAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createFourKeysConditionalDecision, fourKeysConditions } from '.';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';
import { dropOldPartitions } from './database';

jest.setTimeout(60_000);

const API = '/api/four-keys';
const ID = '2W7Z1C8Q4V6K9R3T5XHJ0MYBND';
const OTHER = '5QK2N8B4M1Z7C3V9X6HJ0TRWYD';
const FIRST = 'a'.repeat(40);
const LATER = 'b'.repeat(40);
const SECRET = 'c'.repeat(40);

let restricted = false;

/** When restricted, the caller sees invoices alone. */
const permissions: PermissionsService = {
  authorize: async requests =>
    requests.map(() => ({ result: AuthorizeResult.ALLOW })),
  authorizeConditional: async requests =>
    requests.map(() =>
      restricted
        ? createFourKeysConditionalDecision(
            fourKeysEvidenceReadPermission,
            fourKeysConditions.isInScope({ services: ['invoices'] }),
          )
        : { result: AuthorizeResult.ALLOW },
    ),
};

const at = (minute: number) =>
  new Date(Date.UTC(2026, 5, 10, 12, minute)).toISOString();

const event = (kind: string, minute: number, data: object) => ({
  specversion: '1.0',
  id: `${kind}-${minute}`,
  source: 'test',
  type: `com.example.${kind}`,
  time: at(minute),
  data,
});

const invoices = (data: object) => ({ service_id: 'invoices', ...data });
const withId = (data: object) => ({ correlation_id: ID, ...data });

const EVENTS = [
  event(
    'scaffold.started',
    0,
    withId({ template_id: 'node', run_id: 'task-1' }),
  ),
  event(
    'scaffold.completed',
    2,
    withId({
      template_id: 'node',
      template_version: '1.0.0',
      run_id: 'task-1',
      status: 'success',
      service_id: 'invoices',
    }),
  ),
  // Names the run of the template, and not the id.
  event('policy.evaluated', 1, {
    policy_id: 'pinned-images',
    outcome: 'warn',
    run_id: 'task-1',
    reasons: ['node:latest is not pinned'],
  }),
  event(
    'change.created',
    3,
    withId(
      invoices({
        commit_sha: FIRST,
        committed_at: at(1),
        repository: 'https://git.example.com/invoices',
      }),
    ),
  ),
  event(
    'build.started',
    4,
    withId(invoices({ pipeline_run_id: '7', commit_sha: FIRST })),
  ),
  event(
    'build.completed',
    6,
    withId(invoices({ pipeline_run_id: '7', status: 'success' })),
  ),
  event(
    'deploy.completed',
    8,
    withId(
      invoices({
        deployment_id: 'd-1',
        environment: 'staging',
        status: 'success',
        commit_sha: FIRST,
      }),
    ),
  ),
  // A controller that knows the commit alone, shortened.
  event(
    'deploy.completed',
    20,
    invoices({
      deployment_id: 'd-2',
      environment: 'production',
      status: 'success',
      commit_sha: FIRST.slice(0, 10),
    }),
  ),
  event(
    'incident.opened',
    30,
    invoices({
      incident_id: 'INC-1',
      title: 'No invoices',
      url: 'https://incidents.example.com/1',
    }),
  ),
  event('incident.resolved', 50, invoices({ incident_id: 'INC-1' })),
  // A later change that the id says nothing about, in a build that carries it.
  event('change.merged', 60, invoices({ commit_sha: LATER, pr_id: 2 })),
  event(
    'build.completed',
    61,
    withId(
      invoices({ pipeline_run_id: '8', status: 'failure', commit_sha: LATER }),
    ),
  ),
  // Another service has runs of the same numbers, and a policy of one.
  event('build.completed', 5, {
    service_id: 'secrets',
    pipeline_run_id: '7',
    status: 'success',
    commit_sha: SECRET,
  }),
  event('policy.evaluated', 7, {
    policy_id: 'other',
    outcome: 'pass',
    run_id: '7',
    service_id: 'secrets',
  }),
  event('change.created', 62, {
    service_id: 'secrets',
    commit_sha: SECRET,
    correlation_id: OTHER,
  }),
];

describe('the story of a correlation id', () => {
  let fourKeys: TestFourKeys;

  const get = (path: string) => fourKeys.client.get(`${API}${path}`);
  const read = async (path: string) => (await get(path)).body as TraceAnswer;

  beforeAll(async () => {
    fourKeys = await startFourKeys({ permissions });
    const mixed = [...EVENTS].sort((a, b) => (a.id < b.id ? 1 : -1));
    await fourKeys.client
      .post(`${API}/events`)
      .set('Content-Type', 'application/cloudevents-batch+json')
      .send(JSON.stringify([...mixed, ...mixed.slice(0, 4)]))
      .expect(202);
    await eventually(
      () => read(`/trace/${ID}`),
      ({ steps }) => steps?.length === 9,
      20_000,
    );
  });

  afterAll(async () => {
    await fourKeys?.stop();
  });

  beforeEach(() => {
    restricted = false;
  });

  const told = ({ steps }: TraceAnswer) =>
    steps.map(
      ({ kind, at: begin, endedAt, status, joinedBy }) =>
        `${begin.slice(11, 16)} ${endedAt?.slice(11, 16) ?? '-'} ${kind} ${
          status ?? '-'
        } by ${joinedBy.method}`,
    );

  it('is whole and in order, says how each step joined, and leaves out what is near by chance', async () => {
    const answer = await read(`/trace/${ID}`);
    expect(told(answer)).toEqual([
      '12:00 12:02 scaffold success by correlation_id',
      '12:01 - policy warn by run',
      '12:01 12:03 change landed by correlation_id',
      '12:04 12:06 build success by correlation_id',
      '12:08 12:08 deployment success by correlation_id',
      '12:20 12:20 deployment success by commit',
      '12:30 12:50 incident resolved by deployment',
      '13:00 13:00 change landed by commit',
      '13:01 13:01 build failure by correlation_id',
    ]);
    expect(answer).toMatchObject({
      correlationId: ID,
      template: 'node',
      templateVersion: '1.0.0',
      serviceIds: ['invoices'],
      services: { visible: 1, of: 1 },
      nextCursor: null,
      truncated: false,
    });
    expect(answer.steps[1].summary).toBe(
      'The policy pinned-images said warn: node:latest is not pinned',
    );
    expect(answer.steps[2].links).toEqual([
      { title: 'Repository', url: 'https://git.example.com/invoices' },
    ]);
    expect(answer.steps[5].ids).toMatchObject({
      deployment_id: 'd-2',
      environment: 'production',
      commit_sha: FIRST,
    });
    expect(answer.steps[6]).toMatchObject({
      joinedBy: { method: 'deployment', value: 'd-2', link: 'window' },
      links: [{ title: 'Incident', url: 'https://incidents.example.com/1' }],
      summary:
        'The incident INC-1, No invoices, hit invoices and is blamed on d-2',
    });
  });

  it('comes in pages', async () => {
    const whole = await read(`/trace/${ID}`);
    const steps: TraceAnswer['steps'] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: TraceAnswer = await read(
        `/trace/${ID}?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      steps.push(...page.steps);
      cursor = page.nextCursor;
    }
    expect(steps).toEqual(whole.steps);
    expect((await get(`/trace/${ID}?cursor=nonsense`)).status).toBe(400);
  });

  it('is the same once retention has dropped the raw events, and says so', async () => {
    const before = await read(`/trace/${ID}`);
    expect(before.basis.rawEventsSince).toMatch(/^\d{4}-\d\d-01T00:00:00Z$/);
    await dropOldPartitions(fourKeys.knex, 0, Date.now() + 70 * 24 * 3_600_000);
    const after = await read(`/trace/${ID}`);
    expect(after.steps).toEqual(before.steps);
    expect(after.basis).toMatchObject({
      from: 'facts',
      explanation: expect.stringContaining('kept for good'),
    });
  });

  it('shows what the caller may see, and audits who asks for more', async () => {
    restricted = true;
    expect((await read(`/trace/${ID}`)).steps).toHaveLength(9);
    const denied = await get(`/trace/${OTHER}`);
    expect(denied.status).toBe(403);
    expect(fourKeys.audit).toContainEqual({
      eventId: 'access-denied',
      outcome: 'failure',
      meta: {
        permission: 'fourKeys.evidence.read',
        action: `GET /trace/${OTHER}`,
        correlationId: OTHER,
      },
    });
  });

  it('says where to look for an id that nothing carries', async () => {
    const answer = await get('/trace/UNKNOWN');
    expect(answer.status).toBe(404);
    expect(answer.body.error.code).toBe('unknown_correlation_id');
    expect(answer.body.error.message).toContain('.four-keys.env');
  });
});

import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import { compute } from '@four-keys/model';
import { runMigrations } from '../database';
import { computeSql } from '.';
import { differences } from './sameAsModel';

type Event = [type: string, time: string, data: Record<string, unknown>];

const deployed = (
  time: string,
  id: string,
  data: Record<string, unknown>,
): Event => [
  'deploy.completed',
  time,
  { environment: 'prod', status: 'success', deployment_id: id, ...data },
];

function historyOf(events: readonly Event[], query: object = {}) {
  return {
    now: '2026-06-30T00:00:00Z',
    catalog: [
      {
        service: 'api',
        owners: [
          { from: '1970-01-01T00:00:00Z', owner: null },
          { from: '2026-06-02T00:00:00Z', owner: 'group:default/a' },
        ],
      },
    ],
    events: events.map(([type, time, data], index) => ({
      specversion: '1.0',
      id: `${index}`,
      source: 'test',
      type: `dev.fourkeys.${type}`,
      time: `2026-06-${time}Z`,
      data: { service_id: 'api', ...data },
    })),
    queries: [
      { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z', ...query },
    ],
  };
}

describe('rules that generated histories seldom touch', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await runMigrations(database.knex);
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  const ask = async (input: ReturnType<typeof historyOf>) => {
    const [answer] = await computeSql(input, { knex: database.knex });
    expect(differences([answer], compute(input))).toEqual([]);
    return answer;
  };

  it('counts a landing in the very moment in which the deployment finished', async () => {
    const { deployments } = await ask(
      historyOf([
        ['change.created', '01T08:00:00', { commit_sha: 'c0', branch: 'main' }],
        deployed('01T09:00:00', 'd1', { commit_sha: 'c0' }),
        ['change.created', '02T08:00:00', { commit_sha: 'c1', branch: 'main' }],
        ['change.created', '02T09:00:00', { commit_sha: 'c2', branch: 'main' }],
        deployed('02T09:00:00', 'd2', { commit_sha: 'c2' }),
      ]),
    );
    expect(deployments.map(row => row.changes)).toEqual([['c0'], ['c1', 'c2']]);
  });

  it('takes the branch that is named where a change landed on two in one moment', async () => {
    const { deployments } = await ask(
      historyOf([
        ['change.created', '01T08:00:00', { commit_sha: 'c0', branch: 'main' }],
        deployed('01T09:00:00', 'd1', { commit_sha: 'c0' }),
        ['change.created', '02T08:00:00', { commit_sha: 'x', branch: 'dev' }],
        ['change.created', '02T08:30:00', { commit_sha: 'y', branch: 'main' }],
        ['change.created', '02T09:00:00', { commit_sha: 'c1' }],
        ['change.created', '02T09:00:00', { commit_sha: 'c1', branch: 'main' }],
        deployed('02T10:00:00', 'd2', { commit_sha: 'c1' }),
      ]),
    );
    expect(deployments.map(row => row.changes)).toEqual([['c0'], ['c1', 'y']]);
  });

  it('blames the latest deployment of an id in the tier that a fix remediates', async () => {
    const { deployments } = await ask(
      historyOf([
        deployed('01T09:00:00', 'd1', { environment: 'prod-eu' }),
        deployed('02T09:00:00', 'd1', { environment: 'prod-us' }),
        deployed('03T09:00:00', 'fix', {
          environment: 'prod-ap',
          remediates: 'd1',
        }),
      ]),
    );
    expect(deployments.map(row => row.failed)).toEqual([false, true, false]);
    expect(deployments[1].recovered_at).toBe('2026-06-03T09:00:00.000Z');
  });

  it('lets a team hold before its first day what nobody held, but nothing in an empty window', async () => {
    const events = [deployed('01T09:00:00', 'd1', {})];
    const team = { team: 'group:default/a' };
    const held = await ask(historyOf(events, team));
    expect(held.metrics.deploymentFrequency.count).toBe(1);

    const incident: Event = [
      'incident.opened',
      '01T10:00:00',
      { incident_id: 'i1' },
    ];
    const empty = await ask({
      ...historyOf([incident], {
        team: 'group:default/b',
        from: '2026-06-28T00:00:00Z',
      }),
      now: '2026-06-27T00:00:00Z',
      catalog: [
        {
          service: 'api',
          owners: [
            { from: '1970-01-01T00:00:00Z', owner: 'group:default/a' },
            { from: '2026-06-20T00:00:00Z', owner: 'group:default/b' },
          ],
        },
      ],
    });
    expect(empty.metrics.timeToRestore.status).toBe('no_incident_source');
  });
});

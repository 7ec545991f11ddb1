import { ConfigReader } from '@backstage/config';
import {
  type CatalogedService,
  type SourceContext,
  type SourceEvent,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import {
  deploymentStatus,
  issue,
  pullRequest,
  push,
  release,
  SHA,
  workflowRun,
} from './fixtures';
import { githubSource } from '.';

const github = (name: string, body: object) => ({
  headers: { 'x-github-event': name },
  body,
});

describeSource({
  type: githubSource,
  settings: { incidentLabels: ['incident'] },
  sign: (body, secret) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret)
      .update(body)
      .digest('hex')}`,
  }),
  deliveries: {
    'a push': github('push', push),
    'a merged pull request': github('pull_request', pullRequest),
    'a deployment that succeeded': github(
      'deployment_status',
      deploymentStatus,
    ),
    'a run that ended': github('workflow_run', workflowRun()),
    'an incident': github('issues', issue('opened')),
    'an incident that is over': github('issues', issue('closed')),
    'an incident that is back': github('issues', issue('reopened')),
  },
  ignored: {
    'a ping': github('ping', { zen: 'x' }),
    'a deployment': github('deployment', deploymentStatus),
    'a release that is no deployment': github('release', release),
    'a body of no use': github('push', { ref: 5 }),
    'a webhook without its name': { body: push },
  },
  persons: /mona/i,
});

const source = (settings: object = {}, context: Partial<SourceContext> = {}) =>
  githubSource.fromConfig(new ConfigReader({ secrets: ['s'], ...settings }), {
    ...testContext,
    canLookUp: false,
    ...context,
  });

const map = (
  event: string,
  body: unknown,
  settings?: object,
  context?: Partial<SourceContext>,
): SourceResult =>
  source(settings, context).map({ 'x-github-event': event }, body);

function eventsOf(result: SourceResult): readonly SourceEvent[] {
  if (!('events' in result)) {
    throw new Error(`Ignored: ${result.ignored}`);
  }
  return result.events;
}

const status = (change: {
  deployment_status?: object;
  deployment?: object;
  workflow_run?: object | null;
}) => ({
  ...deploymentStatus,
  ...(change.workflow_run === undefined
    ? {}
    : { workflow_run: change.workflow_run }),
  deployment_status: {
    ...deploymentStatus.deployment_status,
    ...change.deployment_status,
  },
  deployment: { ...deploymentStatus.deployment, ...change.deployment },
});

describe('deployment_status', () => {
  it('success is a completed deployment', () => {
    expect(eventsOf(map('deployment_status', deploymentStatus))).toEqual([
      {
        kind: 'deploy.completed',
        id: 'acme/payments-api/deployment/77/success/1781095812',
        time: '2026-06-10T12:50:12.000Z',
        data: {
          service_id: 'Payments-API',
          environment: 'production',
          deployment_id: 'github/77',
          commit_sha: SHA.merge,
          pipeline_run_id: '123456/2',
          status: 'success',
          finished_at: '2026-06-10T12:50:12.000Z',
        },
      },
    ]);
  });

  it.each([
    ['in_progress', 'deploy.started', undefined],
    ['failure', 'deploy.completed', 'failure'],
    ['error', 'deploy.completed', 'failure'],
  ])('%s is %s', (state, kind, outcome) => {
    const [event] = eventsOf(
      map(
        'deployment_status',
        status({ deployment_status: { state }, workflow_run: null }),
      ),
    );
    expect(event).toMatchObject({ kind, id: expect.stringContaining(state) });
    expect(event.data.status).toBe(outcome);
    expect('started_at' in event.data).toBe(state === 'in_progress');
    expect(event.data).not.toHaveProperty('pipeline_run_id');
  });

  it.each(['queued', 'pending', 'waiting', 'inactive'])(
    '%s says nothing',
    state => {
      expect(
        map('deployment_status', status({ deployment_status: { state } })),
      ).toEqual({ ignored: expect.stringContaining(state) });
    },
  );

  it('takes what the payload of the deployment says, as object and as text', () => {
    const payload = {
      service_id: 'payments',
      version: '1.4.0',
      artifact: 'sha256:ab',
      remediates: 'github/76',
      correlation_id: '01J8ZC7Q4V6K9R3T5XHJ0MYBND',
    };
    for (const given of [payload, JSON.stringify(payload)]) {
      const [event] = eventsOf(
        map('deployment_status', status({ deployment: { payload: given } })),
      );
      expect(event.data).toMatchObject(payload);
    }
    expect(
      eventsOf(
        map('deployment_status', status({ deployment: { payload: 'text' } })),
      )[0].data.service_id,
    ).toBe('Payments-API');
  });

  it('reads rules for services, kinds and transient environments', () => {
    const settings = {
      services: [
        { repository: 'other/*', service: 'other' },
        { repository: 'acme/pay*', environment: 'eu-*', service: 'pay-eu' },
        { repository: 'acme/**', service: 'pay' },
      ],
    };
    const data = (change: object, more: object = {}) =>
      eventsOf(
        map('deployment_status', status({ deployment: change }), {
          ...settings,
          ...more,
        }),
      )[0].data;
    const eu = status({ deployment_status: { environment: 'eu-1' } });
    expect(
      eventsOf(map('deployment_status', eu, settings))[0].data,
    ).toMatchObject({ service_id: 'pay-eu', environment: 'eu-1' });
    expect(data({}).service_id).toBe('pay');
    expect(data({ task: 'deploy:rollback' }).kind).toBe('rollback');
    expect(
      data(
        { task: 'db:migrate' },
        { taskKinds: [{ task: 'db:*', kind: 'config' }] },
      ).kind,
    ).toBe('config');
    const transient = status({ deployment: { transient_environment: true } });
    expect(map('deployment_status', transient)).toEqual({
      ignored: 'the environment is transient',
    });
    eventsOf(
      map('deployment_status', transient, { transientEnvironments: true }),
    );
    expect(
      map('deployment_status', deploymentStatus, { deployments: 'none' }),
    ).toHaveProperty('ignored');
  });
});

describe('pull_request', () => {
  it('merged into a landing branch is a change', () => {
    expect(eventsOf(map('pull_request', pullRequest))).toEqual([
      {
        kind: 'change.merged',
        id: `acme/payments-api/pr/42/merged/${SHA.merge}`,
        time: '2026-06-10T12:34:50.000Z',
        data: {
          service_id: 'Payments-API',
          commit_sha: SHA.merge,
          pr_id: '42',
          branch: 'main',
          repository: 'Acme/Payments-API',
          opened_at: '2026-06-09T08:30:00.000Z',
          merged_at: '2026-06-10T12:34:50.000Z',
          labels: ['HotFix'],
          kind: 'hotfix',
        },
      },
    ]);
  });

  it('says nothing when it is not merged, or merged elsewhere', () => {
    const changed = (pull: object, action = 'closed') =>
      map('pull_request', {
        ...pullRequest,
        action,
        pull_request: { ...pullRequest.pull_request, ...pull },
      });
    expect(changed({ merged: false })).toHaveProperty('ignored');
    expect(changed({}, 'synchronize')).toHaveProperty('ignored');
    expect(changed({ base: { ref: 'next' } })).toEqual({
      ignored: 'next is no landing branch',
    });
    expect(changed({ merged_at: null })).toHaveProperty('ignored');
  });
});

describe('push', () => {
  it('brings every commit, and the merge as the landing of what it brings', () => {
    const landed = {
      service_id: 'Payments-API',
      branch: 'main',
      repository: 'Acme/Payments-API',
      merged_at: '2026-06-10T12:34:56.000Z',
    };
    const first = { sha: SHA.first, committed_at: '2026-06-09T07:00:00.000Z' };
    const second = {
      sha: SHA.second,
      committed_at: '2026-06-09T08:00:00.000Z',
    };
    const event = (sha: string, commits: object[]) => ({
      kind: 'change.merged',
      id: `acme/payments-api/change/${sha}`,
      time: '2026-06-10T12:34:56.000Z',
      data: { ...landed, commit_sha: sha, commits },
    });
    expect(eventsOf(map('push', push))).toEqual([
      event(SHA.first, [first]),
      event(SHA.second, [second]),
      event(SHA.merge, [first, second]),
    ]);
  });

  it.each([
    ['a tag', { ref: 'refs/tags/v1' }],
    ['a feature branch', { ref: 'refs/heads/retries' }],
    ['a deleted branch', { deleted: true, commits: [] }],
    ['no commits', { commits: [] }],
  ])('%s says nothing', (_, change) => {
    expect(map('push', { ...push, ...change })).toHaveProperty('ignored');
  });

  it('follows the settings', () => {
    expect(map('push', push, { changes: 'merges' })).toHaveProperty('ignored');
    const onRelease = { ...push, ref: 'refs/heads/release/1.4' };
    expect(
      eventsOf(map('push', onRelease, { landingBranches: ['release/*'] }))[0]
        .data.branch,
    ).toBe('release/1.4');
  });
});

describe('a tag and a release', () => {
  const settings = {
    deployments: 'tag',
    environments: [{ ref: 'v*', environment: 'production' }],
  };

  it('is a deployment where the source says so and a rule names the environment', () => {
    const tag = {
      ...push,
      ref: 'refs/tags/v1.4.0',
      created: true,
      after: SHA.direct,
    };
    expect(eventsOf(map('push', tag, settings))).toEqual([
      {
        kind: 'deploy.completed',
        id: `acme/payments-api/tag/v1.4.0/${SHA.merge}`,
        time: '2026-06-10T12:34:56.000Z',
        data: {
          service_id: 'Payments-API',
          environment: 'production',
          deployment_id: `tag/v1.4.0/${SHA.merge}`,
          commit_sha: SHA.merge,
          version: 'v1.4.0',
          status: 'success',
          finished_at: '2026-06-10T12:34:56.000Z',
        },
      },
    ]);
    for (const [body, more] of [
      [{ ...tag, created: false }, {}],
      [{ ...tag, deleted: true }, {}],
      [{ ...tag, ref: 'refs/tags/nightly' }, {}],
      [tag, { deployments: 'status' }],
    ]) {
      expect(map('push', body, { ...settings, ...more })).toHaveProperty(
        'ignored',
      );
    }
  });

  it('needs the API for the commit of a release', () => {
    const releases = { ...settings, deployments: 'release' };
    expect(map('release', release, releases)).toEqual({
      ignored: expect.stringContaining('credentials'),
    });
    expect(map('release', release, releases, { canLookUp: true })).toEqual({
      events: [],
      lookups: [
        {
          key: 'acme/payments-api/release/601',
          container: 'Acme/Payments-API',
          question: {
            about: 'release',
            container: 'Acme/Payments-API',
            tag: 'v1.4.0',
            time: '2026-06-10T13:00:00.000Z',
          },
        },
      ],
    });
    const draft = { ...release, release: { ...release.release, draft: true } };
    expect(map('release', draft, releases)).toHaveProperty('ignored');
  });
});

describe('workflow_run', () => {
  it('is a build, and a deployment where a rule gives its workflow an environment', () => {
    const build = eventsOf(map('workflow_run', workflowRun()))[0];
    expect(build).toMatchObject({
      kind: 'build.completed',
      id: 'acme/payments-api/run/123456/2/success',
      time: '2026-06-10T12:49:00.000Z',
      data: { pipeline_run_id: '123456/2', status: 'success' },
    });
    expect(build.data).not.toHaveProperty('deployment_id');

    const settings = {
      deployments: 'workflow',
      environments: [
        { job: '.github/workflows/deploy.yml', environment: 'production' },
      ],
    };
    expect(
      eventsOf(map('workflow_run', workflowRun(), settings))[0],
    ).toMatchObject({
      kind: 'deploy.completed',
      id: build.id,
      data: {
        environment: 'production',
        deployment_id: 'github/run/123456/2',
        commit_sha: SHA.merge,
        status: 'success',
      },
    });
    for (const change of [
      { event: 'pull_request_target' },
      { head_repository: { full_name: 'mallory/payments-api' } },
      { path: '.github/workflows/test.yml' },
    ]) {
      const [event] = eventsOf(
        map('workflow_run', workflowRun(change), settings),
      );
      expect(event.kind).toBe('build.completed');
    }
  });

  it.each([
    ['timed_out', 'failure'],
    ['startup_failure', 'failure'],
    ['cancelled', 'cancelled'],
    ['skipped', undefined],
    [null, undefined],
  ])('that ends %s means %s', (conclusion, outcome) => {
    const result = map('workflow_run', workflowRun({ conclusion }));
    expect('events' in result ? result.events[0].data.status : undefined).toBe(
      outcome,
    );
  });

  it('says nothing when it is requested, although that may carry a conclusion', () => {
    const requested = { ...workflowRun(), action: 'requested' };
    expect(map('workflow_run', requested)).toHaveProperty('ignored');
    const [started] = eventsOf(
      map('workflow_run', { ...requested, action: 'in_progress' }),
    );
    expect(started).toMatchObject({
      kind: 'build.started',
      id: 'acme/payments-api/run/123456/2/started',
      time: '2026-06-10T12:41:00.000Z',
    });
  });
});

describe('issues', () => {
  const settings = {
    incidentLabels: ['incident'],
    severities: [{ label: 'sev*', severity: 'critical' }],
  };
  const event = (...given: Parameters<typeof issue>) =>
    eventsOf(map('issues', issue(...given), settings))[0];

  it('with the label are incidents', () => {
    expect(event('opened')).toEqual({
      kind: 'incident.opened',
      id: 'acme/payments-api/issue/8001/opened',
      time: '2026-06-10T13:05:00.000Z',
      data: {
        service_id: 'Payments-API',
        incident_id: 'github/acme/payments-api#43',
        title: 'Payments fail',
        url: 'https://github.com/Acme/Payments-API/issues/43',
        severity: 'critical',
        cause: { commit_sha: '3333333' },
      },
    });
    expect(event('closed')).toMatchObject({
      kind: 'incident.resolved',
      id: 'acme/payments-api/issue/8001/closed/1781100000',
      time: '2026-06-10T14:00:00.000Z',
    });
    expect(event('reopened')).toMatchObject({
      kind: 'incident.reopened',
      time: '2026-06-10T13:05:02.000Z',
    });
    expect(event('closed', { state_reason: 'duplicate' }).data.external).toBe(
      true,
    );
  });

  it('may get the label later: then that is when it opened', () => {
    const labelled = { label: { name: 'incident' } };
    expect(event('labeled', {}, labelled)).toEqual(event('opened'));
    const later = { updated_at: '2026-06-10T13:45:00Z' };
    expect(event('labeled', later, labelled).time).toBe(
      '2026-06-10T13:45:00.000Z',
    );
    expect(
      map('issues', issue('labeled', {}, { label: { name: 'p1' } }), settings),
    ).toHaveProperty('ignored');
  });

  it('without the label, and pull requests, are not', () => {
    for (const change of [{ labels: [] }, { pull_request: { url: 'x' } }]) {
      expect(map('issues', issue('opened', change), settings)).toEqual({
        ignored: 'the issue has no label of incidentLabels',
      });
    }
  });
});

describe('the service of an event', () => {
  const catalog = (...services: CatalogedService[]) => ({
    catalog: {
      find: (annotation: string, value: string) =>
        annotation === 'github.com/project-slug' &&
        value === 'Acme/Payments-API'
          ? services
          : [],
    },
  });
  const pay = { service: 'pay', paths: ['src/**'], explicit: true };
  const docs = { service: 'docs', paths: ['docs/**'], explicit: true };

  it('is the one that the catalog has for the repository', () => {
    const [event] = eventsOf(
      map(
        'pull_request',
        pullRequest,
        {},
        catalog({ ...pay, paths: undefined }),
      ),
    );
    expect(event.data.service_id).toBe('pay');
  });

  it('is told by the files of each commit in a monorepo', () => {
    const commits = [
      { ...push.commits[0], modified: ['docs/a.md', 'src/b.ts'] },
      { ...push.commits[1], modified: ['docs/a.md'] },
      { ...push.commits[2], modified: ['README.md'] },
    ];
    const events = eventsOf(
      map('push', { ...push, commits }, {}, catalog(pay, docs)),
    );
    expect(events.map(({ id, data }) => [id, data.service_id])).toEqual([
      [`acme/payments-api/change/${SHA.first}/docs`, 'docs'],
      [`acme/payments-api/change/${SHA.first}/pay`, 'pay'],
      [`acme/payments-api/change/${SHA.second}`, 'docs'],
    ]);
  });

  it('waits for the API where a webhook names no files, and is ambiguous without', () => {
    expect(map('pull_request', pullRequest, {}, catalog(pay, docs))).toEqual({
      ignored: expect.stringContaining('ambiguous_service'),
    });
    const asked = map(
      'pull_request',
      pullRequest,
      {},
      {
        ...catalog(pay, docs),
        canLookUp: true,
      },
    );
    expect(asked).toMatchObject({
      events: [],
      lookups: [{ key: `acme/payments-api/pr/42/merged/${SHA.merge}/commits` }],
    });
    expect(
      map('deployment_status', deploymentStatus, {}, catalog(pay, docs)),
    ).toEqual({ ignored: expect.stringContaining('ambiguous_service') });
  });
});

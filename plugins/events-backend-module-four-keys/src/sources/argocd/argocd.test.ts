import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { argocdSource } from '.';
import { onlyEvent } from '../__testUtils__/onlyEvent';
import { application, COMMIT } from './fixtures';

const running = application({
  phase: 'Running',
  finishedAt: null,
  health: { status: 'Progressing' },
});

describeSource({
  type: argocdSource,
  sign: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
  coversBody: false,
  deliveries: {
    'a sync that runs': { body: running },
    'a sync that succeeded': { body: application() },
    'a sync that failed': { body: application({ phase: 'Failed' }) },
    'a sync with an error': { body: application({ phase: 'Error' }) },
    'the next sync of the same revision': {
      body: application({
        startedAt: '2026-06-10T13:00:00Z',
        finishedAt: '2026-06-10T13:00:20Z',
      }),
    },
  },
  ignored: {
    'a sync that is being ended': {
      body: application({ phase: 'Terminating' }),
    },
    'an application nobody places': {
      body: application({ environment: null }),
    },
    'an operation that never ended': {
      body: application({ finishedAt: null }),
    },
  },
  persons: /mona/i,
});

const map = (
  change: object = {},
  settings: JsonObject = {},
  context: Partial<typeof testContext> = {},
) =>
  onlyEvent(
    argocdSource
      .fromConfig(new ConfigReader({ secrets: ['s'], ...settings }), {
        ...testContext,
        ...context,
      })
      .map({}, application(change)),
  );

describe('an application of Argo CD', () => {
  it('is deployed when it is healthy, not when it is synced', () => {
    expect(map()).toEqual({
      kind: 'deploy.completed',
      id: 'argocd/payments/6f0c5c8e-2f5b-4f0e-9d55-3e7f0a1b2c3d/2026-06-10T12%3A00%3A00Z/Succeeded',
      time: '2026-06-10T12:01:05.000Z',
      data: {
        service_id: 'payments-api',
        environment: 'production',
        deployment_id:
          'argocd/6f0c5c8e-2f5b-4f0e-9d55-3e7f0a1b2c3d/2026-06-10T12:00:00Z',
        commit_sha: COMMIT,
        artifact: `registry.example.com/acme/payments-api:${COMMIT}`,
        version: COMMIT,
        status: 'success',
        started_at: '2026-06-10T12:00:00.000Z',
        finished_at: '2026-06-10T12:01:05.000Z',
      },
    });
  });

  it('was healthy all along when nothing in it changed, or Argo CD is too old to say', () => {
    const before = '2026-06-09T12:00:00Z';
    for (const health of [{ lastTransitionTime: before }, {}, null]) {
      expect(map({ health }).time).toBe('2026-06-10T12:00:20.000Z');
    }
    // A failure ends with its sync: what became healthy meanwhile was the old version.
    expect(map({ phase: 'Failed' })).toMatchObject({
      time: '2026-06-10T12:00:20.000Z',
      data: { status: 'failure' },
    });
  });

  it('is another deployment with each operation, also of a revision that was there before', () => {
    const again = map({
      startedAt: '2026-06-10T14:00:00Z',
      finishedAt: '2026-06-10T14:00:20Z',
      rollback: true,
    });
    expect(again.id).not.toBe(map().id);
    expect(again.data).toMatchObject({
      kind: 'rollback',
      deployment_id: expect.stringContaining('14:00:00Z'),
    });
  });

  it('has a commit only from its own repository', () => {
    const change = { images: [], repo: 'git@github.com:acme/payments.git' };
    expect(map(change).data).not.toHaveProperty('commit_sha');
    expect(map(change).data).toMatchObject({ version: 'b'.repeat(40) });
    const own = { commit_sha: 'b'.repeat(40), version: 'b'.repeat(40) };
    expect(
      map(change, { ownRepositories: ['github.com/acme/payments'] }).data,
    ).toMatchObject(own);
    const catalog = {
      find: (annotation: string, value: string) =>
        annotation === 'backstage.io/source-location' &&
        value === 'github.com/acme/payments'
          ? [{ service: 'payments-api', explicit: false }]
          : [],
    };
    expect(map(change, {}, { catalog }).data).toMatchObject(own);
    expect(map({ commit: 'c0ffee1' }).data).toMatchObject({
      commit_sha: 'c0ffee1',
    });
  });

  it('takes of several sources the own one, and of none the whole list as version', () => {
    const several = {
      images: ['a:1', 'b:2'],
      revision: '',
      revisions: ['1.4.2', 'd'.repeat(40)],
      repos: ['https://charts.example.com', 'https://github.com/acme/payments'],
    };
    const { data } = map(several, { ownRepositories: ['github.com/acme/*'] });
    expect(data).toMatchObject({
      commit_sha: 'd'.repeat(40),
      version: 'd'.repeat(40),
    });
    expect(data).not.toHaveProperty('artifact');
    expect(map(several).data).toMatchObject({
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // A chart has a version, not a sha.
    expect(
      map(
        { ...several, revisions: ['1.4.2'] },
        { ownRepositories: ['charts.example.com/**', '**'] },
      ).data,
    ).not.toHaveProperty('commit_sha');
  });

  it('reads a version from the only image, by tag or by digest', () => {
    const version = (image: string) => map({ images: [image] }).data.version;
    expect(version('localhost:5000/payments:v1.2.0')).toBe('v1.2.0');
    expect(version('localhost:5000/payments:v1.2.0@sha256:ab')).toBe('v1.2.0');
    expect(version('localhost:5000/payments@sha256:ab')).toBe('sha256:ab');
    expect(version('localhost:5000/payments')).toBe('b'.repeat(40));
  });

  it('takes environment and service from rules and catalog where nobody annotated them', () => {
    const catalog = {
      find: (annotation: string, value: string) =>
        annotation === 'argocd/app-selector' &&
        value === 'app.kubernetes.io/part-of=shop'
          ? [{ service: 'shop', explicit: false }]
          : [],
    };
    const bare = { environment: null, serviceId: null };
    const settings = {
      environments: [
        { cluster: 'stage-*', environment: 'staging' },
        {
          application: 'argocd/*',
          namespace: 'pay*',
          environment: 'production',
        },
      ],
    };
    expect(map(bare, settings, { catalog }).data).toMatchObject({
      service_id: 'shop',
      environment: 'production',
    });
    expect(map(bare, settings).data).toMatchObject({ service_id: 'payments' });
  });
});

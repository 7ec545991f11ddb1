import { ConfigReader } from '@backstage/config';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { build, pullRequest, push, release, SHA, stage } from './fixtures';
import { azureDevopsSource } from '.';

describeSource({
  type: azureDevopsSource,
  sign: (_, secret) => ({
    authorization: `Basic ${Buffer.from(`hook:${secret}`).toString('base64')}`,
  }),
  coversBody: false,
  deliveries: {
    'a completed pull request': { body: pullRequest() },
    'a push': { body: push },
    'a deployment that started': { body: release('inProgress') },
    'a deployment that succeeded': { body: release('succeeded') },
    'a second attempt': { body: release('rejected', 2) },
    'a build': { body: build('failed') },
  },
  ignored: {
    'an attempt to merge': { body: pullRequest({ status: 'active' }) },
    'a conflict': { body: pullRequest({ mergeStatus: 'conflicts' }) },
    'a stage that is no deployment': { body: stage() },
    'a comment': { body: { eventType: 'ms.vss-code.git-pullrequest-comment' } },
    'no details': { body: { eventType: 'git.push', resource: null } },
  },
  persons: /mona/i,
});

const eventsOf = (body: unknown, settings: object = {}) => {
  const result = azureDevopsSource
    .fromConfig(new ConfigReader({ secrets: ['s'], ...settings }), testContext)
    .map({}, body);
  return 'events' in result ? result.events : [];
};

describe('Azure DevOps', () => {
  it('tells merges and pushes', () => {
    expect(eventsOf(pullRequest())).toMatchObject([
      {
        id: `acme/payments-api/pr/42/merged/${SHA.merge}`,
        time: '2026-06-10T12:34:50.456Z',
        data: { service_id: 'payments-api', commit_sha: SHA.merge },
      },
    ]);
    expect(eventsOf(push).map(({ data }) => data.commits)).toEqual([
      [{ sha: SHA.first, committed_at: '2026-06-09T07:00:00.000Z' }],
      [{ sha: SHA.first, committed_at: '2026-06-09T07:00:00.000Z' }],
    ]);
  });

  it('tells deployments of releases by their attempt', () => {
    const [first] = eventsOf(release('succeeded'));
    const [second] = eventsOf(release('succeeded', 2));
    expect(first).toMatchObject({
      kind: 'deploy.completed',
      data: {
        deployment_id: 'azure/31/5/1',
        environment: 'Production',
        status: 'success',
        version: 'Release-31',
      },
    });
    expect(second.id).not.toBe(first.id);
    expect(eventsOf(release('canceled'))[0].data.status).toBe('cancelled');
  });

  it('tells deployments by the stages that a rule names', () => {
    const settings = {
      deployments: 'stage',
      environments: [{ job: 'Deploy*', environment: 'production' }],
    };
    expect(eventsOf(stage(), settings)).toMatchObject([
      {
        id: 'payments-api/stage/1041/9f1e/1/succeeded',
        data: { environment: 'production', pipeline_run_id: '1041' },
      },
    ]);
    expect(eventsOf(stage({ name: 'Test' }), settings)).toEqual([]);
    expect(eventsOf(stage({ state: 'running' }), settings)).toEqual([]);
  });
});

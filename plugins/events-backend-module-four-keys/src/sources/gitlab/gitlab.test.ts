import { ConfigReader } from '@backstage/config';
import type {
  SourceContext,
  SourceEvent,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import {
  deployment,
  incident,
  mergeRequest,
  pipeline,
  push,
  SHA,
  tagPush,
} from './fixtures';
import { gitlabSource } from '.';

describeSource({
  type: gitlabSource,
  sign: (_, secret) => ({ 'x-gitlab-token': secret }),
  coversBody: false,
  deliveries: {
    'a push': { body: push },
    'a merged merge request': { body: mergeRequest() },
    'a deployment that runs': { body: deployment('running') },
    'a deployment that succeeded': { body: deployment('success') },
    'a deployment that failed': { body: deployment('failed') },
    'a pipeline': { body: pipeline('failed') },
    'an incident': { body: incident('open') },
    'an incident that is over': { body: incident('close') },
    'an incident that is back': { body: incident('reopen') },
  },
  ignored: {
    'a tag': { body: tagPush },
    'a note': { body: { object_kind: 'note' } },
    'a blocked deployment': { body: deployment('blocked') },
    'a list': { body: [] },
  },
  persons: /mona/i,
});

const source = (settings: object = {}, context: Partial<SourceContext> = {}) =>
  gitlabSource.fromConfig(new ConfigReader({ secrets: ['s'], ...settings }), {
    ...testContext,
    canLookUp: false,
    ...context,
  });

function eventsOf(
  body: unknown,
  settings: object = {},
): readonly SourceEvent[] {
  const result = source(settings).map({}, body);
  if (!('events' in result)) {
    throw new Error(`Ignored: ${result.ignored}`);
  }
  return result.events;
}

const PROJECT = 'acme/backend/payments-api';

describe('GitLab', () => {
  it('signs as Standard Webhooks do, and never falls back to the token', () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const signing = `whsec_${key.toString('base64')}`;
    const body = Buffer.from(JSON.stringify(push));
    const now = 1_781_094_896_000;
    const stamp = String(now / 1000);
    const headers = {
      'webhook-id': 'a',
      'webhook-timestamp': stamp,
      'webhook-signature': `v1,${createHmac('sha256', key)
        .update(`a.${stamp}.`)
        .update(body)
        .digest('base64')}`,
    };
    const { verify } = source({ secrets: [signing, 'token'] });
    expect(verify(headers, body, now)).toBe(true);
    expect(verify(headers, body, now + 6 * 60_000)).toBe(false);
    expect(verify({ 'x-gitlab-token': 'token' }, body, now)).toBe(false);
  });

  it('tells deployments by its hook, with the whole sha', () => {
    expect(eventsOf(deployment('success'))).toEqual([
      {
        kind: 'deploy.completed',
        id: `${PROJECT}/deployment/15/success`,
        time: '2026-06-10T12:50:12.000Z',
        data: {
          service_id: 'Payments-API',
          environment: 'production',
          environment_tier: 'production',
          deployment_id: 'gitlab/15',
          commit_sha: SHA.merge,
          branch: 'main',
          status: 'success',
          finished_at: '2026-06-10T12:50:12.000Z',
        },
      },
    ]);
    expect(eventsOf(deployment('canceled'))[0].data.status).toBe('cancelled');
    expect(
      eventsOf(deployment('success', { commit_url: null }))[0].data.commit_sha,
    ).toBe('33333333');
  });

  it('tells deployments by the jobs of a pipeline instead, where it is told to', () => {
    const settings = { deployments: 'pipeline' };
    expect(eventsOf(pipeline('success'), settings)).toMatchObject([
      { kind: 'build.completed', id: `${PROJECT}/pipeline/31/success` },
      {
        kind: 'deploy.completed',
        id: `${PROJECT}/job/380/success`,
        data: {
          environment: 'production',
          pipeline_run_id: '31',
          deployment_id: 'gitlab/job/380',
        },
      },
    ]);
    expect(source(settings).map({}, deployment('success'))).toHaveProperty(
      'ignored',
    );
    const variables = [{ key: 'FOUR_KEYS_SERVICE', value: 'pay' }];
    expect(
      eventsOf(pipeline('success', { variables }), settings).map(
        ({ data }) => data.service_id,
      ),
    ).toEqual(['pay', 'pay']);
  });

  it('tells merges, of a fast-forward the last commit', () => {
    expect(eventsOf(mergeRequest())).toEqual([
      {
        kind: 'change.merged',
        id: `${PROJECT}/mr/12/merged/${SHA.merge}`,
        time: '2026-06-10T12:34:50.000Z',
        data: {
          service_id: 'Payments-API',
          commit_sha: SHA.merge,
          pr_id: '12',
          branch: 'main',
          repository: 'Acme/Backend/Payments-API',
          opened_at: '2026-06-09T08:30:00.000Z',
          labels: ['hotfix'],
          kind: 'hotfix',
        },
      },
    ]);
    expect(
      eventsOf(mergeRequest({ merge_commit_sha: null }))[0].data.commit_sha,
    ).toBe(SHA.second);
    for (const change of [{ action: 'close' }, { target_branch: 'next' }]) {
      expect(source().map({}, mergeRequest(change))).toHaveProperty('ignored');
    }
  });

  it('asks for the commits of a push that lists only a part of them', () => {
    const many = { ...push, total_commits_count: 25 };
    expect(source({}, { canLookUp: true }).map({}, many)).toMatchObject({
      events: [],
      lookups: [
        { question: { about: 'push', from: SHA.before, to: SHA.merge } },
      ],
    });
    expect(eventsOf(many)).toHaveLength(3);
  });

  it('takes tags for deployments where a rule names the environment', () => {
    const settings = {
      deployments: 'tag',
      environments: [{ ref: 'v*', environment: 'production' }],
    };
    expect(eventsOf(tagPush, settings)).toMatchObject([
      { id: `${PROJECT}/tag/v1.4.0/${SHA.merge}`, data: { version: 'v1.4.0' } },
    ]);
  });

  it('tells incidents, and issues with a label', () => {
    expect(eventsOf(incident('open'))[0]).toMatchObject({
      kind: 'incident.opened',
      id: `${PROJECT}/issue/301/opened`,
      time: '2026-06-10T13:05:00.000Z',
      data: {
        incident_id: `gitlab/${PROJECT}#23`,
        severity: 'high',
        cause: { deployment_id: 'gitlab/15' },
      },
    });
    expect(eventsOf(incident('close'))[0]).toMatchObject({
      kind: 'incident.resolved',
      id: `${PROJECT}/issue/301/close/1781100000`,
    });
    const issue = {
      ...incident('open', { type: 'Issue' }),
      object_kind: 'issue',
      labels: [{ title: 'outage' }],
    };
    expect(source().map({}, issue)).toHaveProperty('ignored');
    expect(eventsOf(issue, { incidentLabels: ['outage'] })).toHaveLength(1);
  });
});

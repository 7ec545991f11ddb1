import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { tektonSource } from '.';
import { onlyEvent } from '../__testUtils__/onlyEvent';
import { headers, pipelineRun } from './fixtures';

const delivery = (state: string, body: unknown = pipelineRun()) => ({
  headers: headers(state),
  body,
});

describeSource({
  type: tektonSource,
  sign: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
  coversBody: false,
  deliveries: {
    'a run that began': delivery('pipelinerun.running'),
    'a run that succeeded': delivery('pipelinerun.successful'),
    'a run that failed': delivery('pipelinerun.failed'),
  },
  ignored: {
    'a run that is only known': delivery('pipelinerun.unknown'),
    'a task': delivery('taskrun.successful'),
    'a body without its type': { body: pipelineRun() },
    'a run without an end': delivery(
      'pipelinerun.successful',
      pipelineRun({}, { completionTime: null }),
    ),
  },
  persons: /mona/i,
});

const map = (
  state: string,
  body: unknown = pipelineRun(),
  settings: JsonObject = {},
) =>
  onlyEvent(
    tektonSource
      .fromConfig(
        new ConfigReader({ secrets: ['s'], ...settings }),
        testContext,
      )
      .map(headers(`pipelinerun.${state}`), body),
  );

const DEPLOYS = {
  deployments: [{ pipeline: 'release-*', environment: 'production' }],
};

describe('a run of Tekton', () => {
  it('is a build, and a deployment where a rule says so', () => {
    expect(map('successful')).toEqual({
      kind: 'build.completed',
      id: 'ci/0f4d2f7a-6a51-4b0f-8d0c-b1f3f9a2c001/successful',
      time: '2026-06-10T12:07:30.000Z',
      data: {
        service_id: 'payments-api',
        pipeline_run_id: '0f4d2f7a-6a51-4b0f-8d0c-b1f3f9a2c001',
        commit_sha: 'a'.repeat(40),
        artifact: 'registry.example.com/payments:1.4.2',
        status: 'success',
        started_at: '2026-06-10T12:00:00.000Z',
        finished_at: '2026-06-10T12:07:30.000Z',
      },
    });
    expect(map('running', undefined, DEPLOYS)).toMatchObject({
      kind: 'deploy.started',
      time: '2026-06-10T12:00:00.000Z',
      data: { environment: 'production' },
    });
    expect(map('failed', undefined, DEPLOYS)).toMatchObject({
      kind: 'deploy.completed',
      data: {
        status: 'failure',
        deployment_id: 'tekton/0f4d2f7a-6a51-4b0f-8d0c-b1f3f9a2c001',
      },
    });
  });

  it.each(['Cancelled', 'CancelledRunningFinally', 'StoppedRunningFinally'])(
    'was given up when its reason is %s',
    reason => {
      const body = pipelineRun(
        {},
        { conditions: [{ type: 'Succeeded', status: 'False', reason }] },
      );
      expect(map('failed', body).data).toMatchObject({ status: 'cancelled' });
    },
  );

  it('is the same whenever it is sent: neither id nor time of the sending count', () => {
    const again = tektonSource
      .fromConfig(new ConfigReader({ secrets: ['s'] }), testContext)
      .map(
        {
          ...headers('pipelinerun.successful'),
          'ce-id': 'another',
          'ce-time': '2026-06-11T00:00:00Z',
        },
        pipelineRun(),
      );
    expect(onlyEvent(again)).toEqual(map('successful'));
  });

  it('without results knows what it was given', () => {
    const body = pipelineRun({}, { pipelineResults: null });
    expect(map('successful', body).data).toMatchObject({ commit_sha: 'main' });
    expect(
      map('successful', body, { commitNames: ['sha'] }).data,
    ).not.toHaveProperty('commit_sha');
  });
});

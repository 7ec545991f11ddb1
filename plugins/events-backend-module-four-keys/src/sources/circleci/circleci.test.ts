import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import { circleciSource } from '.';
import { onlyEvent, reasonOf } from '../__testUtils__/onlyEvent';
import { COMMIT, jobCompleted, workflowCompleted } from './fixtures';

const RULES = {
  deployments: [
    { job: 'deploy-production', environment: 'production' },
    { workflow: 'release', environment: 'staging' },
  ],
};

describeSource({
  type: circleciSource,
  settings: RULES,
  sign: (body, secret) => ({
    'circleci-signature': `v1=${createHmac('sha256', secret)
      .update(body)
      .digest('hex')}`,
  }),
  severalProofs: true,
  deliveries: {
    'a workflow': { body: workflowCompleted() },
    'a workflow that failed': { body: workflowCompleted({ status: 'failed' }) },
    'a job that deploys': { body: jobCompleted() },
  },
  ignored: {
    'a job that tests': { body: jobCompleted({ name: 'test' }) },
    'a job nobody allowed': { body: jobCompleted({ status: 'unauthorized' }) },
    'a ping': { body: { type: 'ping', happened_at: '2026-06-10T12:00:00Z' } },
  },
  persons: /mona/i,
});

const source = (
  settings: JsonObject = RULES,
  context: Partial<typeof testContext> = {},
) =>
  circleciSource.fromConfig(
    new ConfigReader({ secrets: ['secret'], ...settings }),
    { ...testContext, ...context },
  );

describe('what CircleCI completed', () => {
  it('is signed as its documentation shows, among newer versions', () => {
    const v1 =
      'v1=734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a';
    const verify = (value: string) =>
      source().verify(
        { 'circleci-signature': value },
        Buffer.from('hello world'),
        0,
      );
    expect(verify(v1)).toBe(true);
    expect(verify(`v2=abc,${v1}`)).toBe(true);
    expect(verify(v1.replace('v1', 'v2'))).toBe(false);
  });

  it('is a build per workflow and a deployment per job or workflow of a rule', () => {
    expect(onlyEvent(source().map({}, workflowCompleted()))).toMatchObject({
      kind: 'build.completed',
      id: 'acme/payments-api/workflow/fda08377-fe7e-46b1-8992-3a7aaecac9c3/success',
      data: {
        service_id: 'payments-api',
        commit_sha: COMMIT,
        status: 'success',
      },
    });
    expect(onlyEvent(source().map({}, jobCompleted()))).toMatchObject({
      kind: 'deploy.completed',
      time: '2026-06-10T12:07:00.000Z',
      data: {
        environment: 'production',
        deployment_id: 'circleci/8bd71c28-4969-3677-8940-3d2b1a3a3f3a',
        pipeline_run_id: 'fda08377-fe7e-46b1-8992-3a7aaecac9c3',
      },
    });
    const release = workflowCompleted({ name: 'release', stopped_at: null });
    expect(onlyEvent(source().map({}, release))).toMatchObject({
      kind: 'deploy.completed',
      time: '2026-06-10T12:09:00.120Z',
      data: { environment: 'staging' },
    });
  });

  it.each([
    ['failed', 'failure'],
    ['error', 'failure'],
    ['canceled', 'cancelled'],
  ])('that is %s is a %s', (status, expected) => {
    expect(
      onlyEvent(source().map({}, jobCompleted({ status }))).data,
    ).toMatchObject({ status: expected });
  });

  it('of a project without vcs has its commit from the trigger and its name', () => {
    const body = workflowCompleted(
      {},
      {
        project: { name: 'payments-api', slug: 'circleci/9Yt/8Zw' },
        pipeline: {
          trigger_parameters: { git: { checkout_sha: 'b'.repeat(40) } },
        },
      },
    );
    expect(onlyEvent(source().map({}, body))).toMatchObject({
      id: expect.stringMatching(/^payments-api\/workflow\//),
      data: { service_id: 'payments-api', commit_sha: 'b'.repeat(40) },
    });
  });

  it('is found in the catalog under either spelling of its project', () => {
    for (const written of ['gh', 'github']) {
      const catalog = {
        find: (annotation: string, value: string) =>
          annotation === 'circleci.com/project-slug' &&
          value === `${written}/acme/payments-api`
            ? [{ service: 'payments', explicit: false }]
            : [],
      };
      const { data } = onlyEvent(
        source(RULES, { catalog }).map({}, workflowCompleted()),
      );
      expect(data.service_id).toBe('payments');
    }
  });

  it('without a project is nobody’s', () => {
    expect(
      reasonOf(source().map({}, workflowCompleted({}, { project: null }))),
    ).toMatch(/project/);
  });
});

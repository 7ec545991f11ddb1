import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { jenkinsSource } from '.';
import { onlyEvent } from '../__testUtils__/onlyEvent';
import { finalized } from './fixtures';

describeSource({
  type: jenkinsSource,
  sign: (_body, secret) => ({
    authorization: `Basic ${Buffer.from(`jenkins:${secret}`).toString(
      'base64',
    )}`,
  }),
  coversBody: false,
  deliveries: {
    'a build': { body: finalized() },
    'a build that failed': { body: finalized({ status: 'FAILURE' }) },
  },
  ignored: {
    'a build that began': { body: finalized({ phase: 'STARTED' }) },
    'a build whose files are not kept yet': {
      body: finalized({ phase: 'COMPLETED' }),
    },
    'a build that never ran': { body: finalized({ status: 'NOT_BUILT' }) },
  },
  persons: /mona/i,
});

const map = (build: object = {}, settings: JsonObject = {}) =>
  onlyEvent(
    jenkinsSource
      .fromConfig(
        new ConfigReader({ secrets: ['s'], ...settings }),
        testContext,
      )
      .map({}, finalized(build)),
  );

describe('a build of Jenkins', () => {
  it('is a deployment where a rule says so, and ends when it ended', () => {
    expect(map()).toMatchObject({
      kind: 'build.completed',
      time: '2026-06-10T12:01:01.500Z',
      data: {
        service_id: 'payments-api',
        commit_sha: 'a'.repeat(40),
        started_at: '2026-06-10T12:00:00.000Z',
      },
    });
    const deployments = [{ job: 'shop/deploy-*', environment: 'production' }];
    expect(map({ parameters: null }, { deployments })).toMatchObject({
      kind: 'deploy.completed',
      data: {
        service_id: 'deploy-payments',
        environment: 'production',
        branch: 'main',
        deployment_id:
          'jenkins/https://ci.example.com/job/shop/job/deploy-payments/18/',
      },
    });
  });

  it.each([
    ['UNSTABLE', 'success'],
    ['FAILURE', 'failure'],
    ['ABORTED', 'cancelled'],
  ])('that is %s counts as %s', (status, expected) => {
    expect(map({ status }).data).toMatchObject({ status: expected });
  });

  it('keeps its id short, however deep its folder', () => {
    const event = map({
      full_url: `https://ci.example.com/${'job/a/'.repeat(60)}1/`,
    });
    expect(String(event.data.pipeline_run_id)).toMatch(/^[0-9a-f]{64}$/);
  });
});

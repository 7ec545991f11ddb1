import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { cdeventsSource } from '.';
import { onlyEvent, reasonOf } from '../__testUtils__/onlyEvent';
import { cdevent, deployed, pipelineFinished } from './fixtures';

const incident = (predicate: string) =>
  cdevent(
    `incident.${predicate}.0.2.0`,
    {
      description: 'slow',
      environment: { id: 'production' },
      service: { id: 'payments-api' },
    },
    { id: 'F4BD2B55-B6F6-4F44-AF72-BD2D0E7A8708' },
  );

const merged = (customData?: object) =>
  cdevent(
    'change.merged.0.2.0',
    { repository: { id: 'acme/payments-api' } },
    { customData },
  );

const environment = {
  environment: { id: 'production' },
  artifactId: 'pkg:a/b',
};

describeSource({
  type: cdeventsSource,
  sign: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
  coversBody: false,
  deliveries: {
    'a service that is deployed': { body: deployed },
    'an incident': { body: incident('detected') },
  },
  ignored: {
    'a service that is published': {
      body: cdevent('service.published.0.2.0', environment),
    },
    'a service that is removed': {
      body: cdevent('service.removed.0.2.0', environment),
    },
    'a change that is only asked for': {
      body: cdevent('change.created.0.3.0', {}),
    },
    'a run that waits': {
      body: cdevent('pipelinerun.queued.0.2.0', { pipelineName: 'a' }),
    },
    'a ticket': { body: cdevent('ticket.created.0.2.0', {}) },
    'a change without a commit': {
      body: merged({ service_id: 'payments-api' }),
    },
    'an incident of no service': {
      body: cdevent('incident.detected.0.2.0', {}),
    },
    'a custom event': {
      body: { ...deployed, type: 'dev.cdeventsx.a-b.c.0.1.0' },
    },
  },
  persons: /mona/i,
});

const source = (settings: JsonObject = {}) =>
  cdeventsSource.fromConfig(
    new ConfigReader({ secrets: ['s'], ...settings }),
    testContext,
  );
const map = (body: unknown, settings: JsonObject = {}) =>
  onlyEvent(source(settings).map({}, body));

describe('a CDEvent', () => {
  it('of a service is a deployment with the commit of its purl', () => {
    expect(map(deployed)).toMatchObject({
      kind: 'deploy.completed',
      time: '2026-06-10T12:00:00.315Z',
      data: {
        service_id: 'payments-api',
        environment: 'production',
        commit_sha: 'a'.repeat(40),
        status: 'success',
      },
    });
    expect(
      map(cdevent('service.rolledback.0.2.0', environment)).data,
    ).toMatchObject({ kind: 'rollback' });
    expect(
      map(cdevent('service.upgraded.0.2.0', environment)).data.deployment_id,
    ).toBe(
      'cdevents:payments-api@production@pkg:a/b@2026-06-10T12:00:00.315384Z',
    );
  });

  it('is the same in the binary mode, and as 0.5 writes it', () => {
    const { data } = deployed;
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': deployed.id,
      'ce-source': deployed.source,
      'ce-type': deployed.type,
      'ce-time': deployed.time,
    };
    expect(onlyEvent(source().map(headers, data))).toEqual(map(deployed));
    const { version: _, ...context } = data.context;
    const newer = {
      ...deployed,
      data: { ...data, context: { ...context, specversion: '0.5.0' } },
    };
    expect(map(newer)).toEqual(map(deployed));
  });

  it('must not contradict its envelope', () => {
    for (const change of [
      { id: 'other' },
      { source: '/other' },
      { type: 'dev.cdevents.service.upgraded.0.2.0' },
      { time: '2026-06-10T12:00:01Z' },
    ]) {
      expect(reasonOf(source().map({}, { ...deployed, ...change }))).toMatch(
        /^data\.context\./,
      );
    }
  });

  it('of a pipeline is a build, and a deployment where a rule says so', () => {
    const rules = {
      deployments: [{ pipeline: 'release-*', environment: 'production' }],
      services: [{ pipeline: 'release-*', service: 'payments-api' }],
    };
    for (const [outcome, status] of [
      ['success', 'success'],
      ['failure', 'failure'],
      ['error', 'failure'],
      ['cancel', 'cancelled'],
    ]) {
      expect(map(pipelineFinished(outcome))).toMatchObject({
        kind: 'build.completed',
        data: { service_id: 'release-payments', status },
      });
      expect(map(pipelineFinished(outcome), rules)).toMatchObject({
        kind: 'deploy.completed',
        data: {
          service_id: 'payments-api',
          environment: 'production',
          pipeline_run_id: '/ci/acme/payments-api',
          status,
        },
      });
    }
  });

  it('of an incident opens it, whether it is detected or reported', () => {
    expect(map(incident('reported'))).toMatchObject({
      kind: 'incident.opened',
      data: { incident_id: 'payments-api', environment: 'production' },
    });
    expect(map(incident('resolved')).kind).toBe('incident.resolved');
  });

  it('of a change has its commit where customData names it', () => {
    expect(
      map(merged({ service_id: 'payments-api', commit_sha: 'c0ffee1' })),
    ).toMatchObject({ kind: 'change.merged', data: { commit_sha: 'c0ffee1' } });
  });
});

import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import { fluxSource } from '.';
import { onlyEvent, reasonOf } from '../__testUtils__/onlyEvent';
import { helmRelease, kustomization, REVISION } from './fixtures';

const failure = (reason: string) =>
  kustomization({ severity: 'error', reason, message: 'no' });

describeSource({
  type: fluxSource,
  sign: (body, secret) => ({
    'x-signature': `sha512=${createHmac('sha512', secret)
      .update(body)
      .digest('hex')}`,
  }),
  deliveries: {
    'a Kustomization that is applied': { body: kustomization() },
    'a Kustomization that is not': { body: failure('HealthCheckFailed') },
    'a release that is upgraded': { body: helmRelease() },
    'a release that is not': {
      body: helmRelease({ severity: 'error', reason: 'UpgradeFailed' }),
    },
  },
  ignored: {
    'a source that is fetched': {
      body: kustomization({
        involvedObject: {
          kind: 'GitRepository',
          name: 'a',
          namespace: 'b',
          uid: 'c',
        },
      }),
    },
    'a Kustomization that goes on': {
      body: kustomization({ reason: 'Progressing', message: 'Applying' }),
    },
    'a test of a release': { body: helmRelease({ reason: 'TestSucceeded' }) },
    'a rollback of a release that never finished': {
      body: helmRelease({ reason: 'RollbackSucceeded' }),
    },
    'a drift': { body: helmRelease({ reason: 'DriftDetected' }) },
  },
  persons: /mona/i,
});

const source = (settings: JsonObject = {}) =>
  fluxSource.fromConfig(
    new ConfigReader({ secrets: ['s'], ...settings }),
    testContext,
  );
const map = (body: unknown, settings: JsonObject = {}) =>
  onlyEvent(source(settings).map({}, body));

describe('an event of Flux', () => {
  it('is signed with any of three algorithms, and no weaker one', () => {
    const body = Buffer.from('{}');
    const verify = (algorithm: string) =>
      source().verify(
        {
          'x-signature': `${algorithm}=${createHmac(algorithm, 's')
            .update(body)
            .digest('hex')}`,
        },
        body,
        0,
      );
    expect(['sha256', 'sha384', 'sha512'].map(verify)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['sha1', 'sha224'].map(verify)).toEqual([false, false]);
  });

  it('is one deployment of a revision, however often it is reconciled', () => {
    const first = map(kustomization(), { ownRevisions: ['apps/*'] });
    expect(first).toMatchObject({
      id: expect.stringMatching(/^apps\/payments\/3c7a1c1e.*\/success$/),
      data: {
        service_id: 'payments',
        environment: 'production',
        deployment_id: `flux/3c7a1c1e-9a44-4a1b-8f5e-0d4f6c2b1a90/${REVISION}`,
        commit_sha: 'a'.repeat(40),
        status: 'success',
      },
    });
    const later = map(
      kustomization({
        timestamp: '2026-06-10T12:10:00Z',
        message: 'Reconciliation finished in 3s',
      }),
    );
    expect(later.id).toBe(first.id);
    const old = map(
      kustomization({
        reason: 'Progressing',
        message: 'Health check passed in 3s',
      }),
    );
    expect(old.id).toBe(first.id);
    const next = map(kustomization({}, { revision: 'main@sha1:b' }));
    expect(next.id).not.toBe(first.id);
    const said = map(
      kustomization(
        {},
        { 'event.toolkit.fluxcd.io/deploymentID': 'release-12' },
      ),
    );
    expect(said.id).not.toBe(first.id);
    expect(said.data.deployment_id).toMatch(/release-12$/);
  });

  it('reads metadata with and without the prefix of their group', () => {
    const long = kustomization({
      metadata: {
        'kustomize.toolkit.fluxcd.io/revision': REVISION,
        'kustomize.toolkit.fluxcd.io/originRevision': `v1@sha1:${'c'.repeat(
          40,
        )}`,
        'event.toolkit.fluxcd.io/env': 'production',
        service_id: 'payments-api',
      },
    });
    expect(map(long, { ownRevisions: ['**'] }).data).toMatchObject({
      service_id: 'payments-api',
      commit_sha: 'c'.repeat(40),
    });
    expect(map(long).data).not.toHaveProperty('commit_sha');
  });

  it('names every cause of a failure, and a release that fails again only once', () => {
    const ids = [
      'ReconciliationFailed',
      'HealthCheckFailed',
      'BuildFailed',
      'PruneFailed',
    ].map(reason => map(failure(reason)).id);
    expect(new Set(ids).size).toBe(4);
    const failed = (timestamp: string, reason: string) =>
      map(helmRelease({ severity: 'error', reason, timestamp }));
    const first = failed('2026-06-10T12:00:00Z', 'UpgradeFailed');
    expect(first.data).toMatchObject({ status: 'failure', version: '2.0.0' });
    expect(failed('2026-06-10T12:05:00Z', 'UpgradeFailed').id).toBe(first.id);
  });

  it('tells the releases of Helm apart by their number, else by their time', () => {
    expect(map(helmRelease()).id).toMatch(/\/v7$/);
    const [a, b] = ['00', '05'].map(minute =>
      map(
        helmRelease({
          message: 'Upgraded',
          timestamp: `2026-06-10T12:${minute}:00Z`,
        }),
      ),
    );
    expect(a.id).not.toBe(b.id);
    expect(a.data.deployment_id).not.toBe(b.data.deployment_id);
  });

  it('has no environment unless somebody says it', () => {
    const bare = kustomization(
      {},
      { env: undefined, cluster: 'prod-eu' },
    ) as unknown;
    const body = JSON.parse(JSON.stringify(bare));
    expect(reasonOf(source().map({}, body))).toMatch(/eventMetadata/);
    expect(
      map(body, {
        environments: [{ cluster: 'prod-*', environment: 'production' }],
      }).data,
    ).toMatchObject({ environment: 'production' });
  });
});

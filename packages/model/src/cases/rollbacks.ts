import { deployed, history, incident, june, type NamedCase } from './build';

/** Deployments of these versions, one a day from the first, all called by the day. */
const versions = (...names: string[]) =>
  names.map((version, index) =>
    deployed(String(index + 1), `d${index + 1}`, { version }),
  );

/** Cases about rollbacks and remedies. */
export const rollbackCases: NamedCase[] = [
  {
    name: 'rule: V1, V2, V3, V1: the last is a rollback and V2 failed',
    input: history(versions('v1', 'v2', 'v3', 'v1')),
    expected: {
      '0.deployments.3.rollback': true,
      '0.deployments.3.undid': 'd2',
      '0.deployments.1.failed': true,
      '0.deployments.1.recovered_at': '2026-06-04T00:00:00.000Z',
      '0.deployments.2.failed': false,
    },
  },
  {
    name: 'rule: a rollback undid the latest that an incident blames',
    input: history([
      ...versions('v1', 'v2', 'v3', 'v4', 'v1'),
      incident('opened', '3 01:00', 'i'),
    ]),
    expected: {
      '0.deployments.4.undid': 'd3',
      '0.deployments.1.failed': false,
      '0.deployments.2.failed': true,
    },
  },
  {
    name: 'rule: V1, V1 is a redeploy; V1, V2, V1, V2 ends in no rollback',
    input: history(
      [
        ...versions('v1', 'v2', 'v1', 'v2'),
        deployed('1', 'w1', { service_id: 'web', version: 'v1' }),
        deployed('2', 'w2', { service_id: 'web', version: 'v1' }),
      ],
      { queries: [june(), june({ service: 'web' })] },
    ),
    expected: {
      '0.deployments.2.rollback': true,
      '0.deployments.3.rollback': false,
      '1.deployments.1.rollback': false,
    },
  },
  {
    name: 'rule: a rollback to nothing known undid only the last deployment',
    input: history([
      deployed('1', 'd1'),
      deployed('2', 'd2'),
      incident('opened', '1 01:00', 'i'),
      deployed('3', 'd3', { kind: 'rollback' }),
    ]),
    expected: {
      '0.deployments.2.undid': 'd2',
      '0.deployments.1.failed': true,
      '0.deployments.0.failed': true,
      '0.deployments.0.recovered_at': null,
    },
  },
  {
    name: 'rule: config deployments are left out, a hotfix is never a rollback by itself',
    input: history([
      ...versions('v1', 'v2'),
      deployed('3', 'd3', { kind: 'config', version: 'v1' }),
      deployed('4', 'd4', { kind: 'hotfix', version: 'v1' }),
    ]),
    expected: {
      '0.deployments.2.rollback': false,
      '0.deployments.3.rollback': false,
      '0.metrics.deploymentReworkRate.rework': 1,
      '0.metrics.deploymentFrequency.count': 4,
    },
  },
  {
    name: 'rule: versions compare before shas, and shas where one names no version',
    input: history([
      deployed('1', 'd1', { version: 'v1', commit_sha: 'a' }),
      deployed('2', 'd2', { commit_sha: 'b' }),
      deployed('3', 'd3', { version: 'v1', commit_sha: 'c' }),
      deployed('4', 'd4', { commit_sha: 'b' }),
    ]),
    expected: {
      '0.deployments.2.rollback': true,
      '0.deployments.2.undid': 'd2',
      '0.deployments.3.rollback': false,
    },
  },
  {
    name: 'rule: remediates names a deployment of its environment, of the tier, or an incident',
    input: history([
      deployed('1', 'd1', { environment: 'prod-eu' }),
      deployed('1 12:00', 'd1', { environment: 'prod-us' }),
      deployed('2', 'd2', { environment: 'prod-eu', remediates: 'd1' }),
      deployed('3', 'd3', { environment: 'prod-us' }),
      deployed('4', 'd4', { environment: 'prod-eu', remediates: 'd3' }),
      deployed('5', 'd5', { environment: 'prod-eu' }),
      incident('opened', '5 01:00', 'i'),
      deployed('6', 'd6', { environment: 'prod-eu', remediates: 'i' }),
      deployed('7', 'd7', { environment: 'canary', remediates: 'd6' }),
    ]),
    expected: {
      '0.deployments.0.failed': true,
      '0.deployments.0.recovered_at': '2026-06-02T00:00:00.000Z',
      '0.deployments.1.failed': false,
      '0.deployments.3.id': 'd3',
      '0.deployments.3.recovered_at': '2026-06-04T00:00:00.000Z',
      '0.deployments.5.id': 'd5',
      '0.deployments.5.recovered_at': '2026-06-06T00:00:00.000Z',
      '0.deployments.6.failed': false,
      '0.metrics.deploymentReworkRate.rework': 3,
    },
  },
  {
    name: 'rule: a release recovers when all its failed members have, counted from its finish',
    input: history([
      deployed('1', 'eu', { environment: 'prod-eu', release_id: 'r' }),
      deployed('1 06:00', 'us', { environment: 'prod-us', release_id: 'r' }),
      incident('opened', '1 07:00', 'i1', { cause: { deployment_id: 'eu' } }),
      incident('opened', '1 07:00', 'i2'),
      incident('resolved', '1 08:00', 'i1'),
      incident('resolved', '1 09:00', 'i2'),
    ]),
    expected: {
      '0.metrics.changeFailureRate.count': 1,
      '0.metrics.changeFailureRate.value': 1,
      '0.metrics.failedDeploymentRecoveryTime.p50': 9 * 3600,
      '0.metrics.failedDeploymentRecoveryTime.count': 1,
    },
  },
  {
    name: 'rule: recovered before it failed: excluded and counted',
    input: history([
      incident('opened', '2', 'i', { cause: { deployment_id: 'd1' } }),
      incident('resolved', '2 01:00', 'i'),
      deployed('3', 'd1'),
    ]),
    expected: {
      '0.deployments.0.failed': true,
      '0.deployments.0.recovered_at': '2026-06-02T01:00:00.000Z',
      '0.metrics.failedDeploymentRecoveryTime.status': 'inconsistent',
      '0.metrics.failedDeploymentRecoveryTime.excluded': {
        recovered_before_failure: 1,
      },
    },
  },
];

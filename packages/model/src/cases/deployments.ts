import {
  at,
  committed,
  deployed,
  event,
  history,
  incident,
  june,
  type NamedCase,
} from './build';

const everything = [
  committed('2', 'a'),
  committed('3', 'b'),
  deployed('4', 'd1', { commit_sha: 'a', release_id: 'r' }),
  deployed('4', 'd0', { commit_sha: 'b', environment: 'prod-us' }),
  deployed('6', 'd1', { commit_sha: 'b', version: '2' }),
  deployed('5', 'd2', { kind: 'rollback', commit_sha: 'a' }),
  incident('opened', '4 01:00', 'i'),
  incident('resolved', '4 03:00', 'i'),
];

/** Cases about what a deployment is and when it counts. */
export const deploymentCases: NamedCase[] = [
  {
    name: 'case 01: order and duplicates of the events change nothing',
    input: history(everything),
    sameAs: [
      history([...everything].reverse()),
      history([...everything, ...everything.slice(2), ...everything]),
    ],
    expected: {
      '0.metrics.deploymentFrequency.count': 3,
      '0.metrics.leadTime.count': 2,
      '0.metrics.timeToRestore.p50': 7200,
      '0.incidents.0.link.deployment_id': 'd1',
    },
  },
  {
    name: 'case 02: two success events for one deployment are one, with the earlier time and its fields',
    input: history([
      deployed('3 12:00', 'd1', { kind: 'deploy', version: 'late' }),
      deployed('3 10:00', 'd1', { kind: 'hotfix', commit_sha: 'a' }),
    ]),
    expected: {
      '0.deployments.length': 1,
      '0.deployments.0.finished_at': '2026-06-03T10:00:00.000Z',
      '0.deployments.0.kind': 'hotfix',
      '0.metrics.deploymentReworkRate.rework': 1,
    },
  },
  {
    name: "case 04: of success A, failure B, success C, B's changes are C's",
    input: history([
      committed('2', 'a'),
      deployed('3', 'A', { commit_sha: 'a' }),
      committed('4', 'b'),
      deployed('5', 'B', { commit_sha: 'b', status: 'failure' }),
      committed('6', 'c'),
      deployed('7', 'C', { commit_sha: 'c' }),
    ]),
    expected: {
      '0.deployments.length': 2,
      '0.deployments.1.id': 'C',
      '0.deployments.1.changes': ['b', 'c'],
      '0.metrics.deploymentSuccessRate.value': 2 / 3,
      '0.metrics.deploymentSuccessRate.failed': 1,
      '0.metrics.changeFailureRate.failed': 0,
    },
  },
  {
    name: 'case 16: the current week is partial',
    input: history([deployed('2', 'd1'), deployed('25', 'd2')], {
      now: at('26 12:00'),
      queries: [june({ from: at('8'), bucket: 'week' })],
    }),
    expected: {
      '0.window.to': '2026-06-26T12:00:00.000Z',
      '0.series.length': 3,
      '0.series.1.start': '2026-06-15T00:00:00.000Z',
      '0.series.1.partial': false,
      '0.series.1.deployments': 0,
      '0.series.2.start': '2026-06-22T00:00:00.000Z',
      '0.series.2.partial': true,
      '0.series.2.deployments': 1,
    },
  },
  {
    name: 'case 17: a window longer than the history divides by observed days',
    input: history(
      ['21', '22', '23', '24', '25'].map((day, index) =>
        deployed(day, `d${index}`),
      ),
      { queries: [june({ from: at('2024-01-01') })] },
    ),
    expected: {
      '0.window.observedDays': 10,
      '0.metrics.deploymentFrequency.value': 0.5,
      '0.metrics.deploymentFrequency.medianGap': 86400,
      '0.metrics.deploymentFrequency.band': { year: 2024, level: 'high' },
    },
  },
  {
    name: 'case 24: two regions of one release are one deployment, rolling back to it another',
    input: history([
      committed('2', 'a'),
      committed('4', 'b'),
      deployed('3', 'd1', {
        environment: 'prod-eu',
        commit_sha: 'a',
        release_id: 'r1',
      }),
      deployed('3 06:00', 'd1', {
        environment: 'prod-us',
        commit_sha: 'a',
        release_id: 'r1',
      }),
      deployed('5', 'd2', {
        environment: 'prod-eu',
        commit_sha: 'b',
        release_id: 'r2',
      }),
      deployed('6', 'd3', {
        environment: 'prod-eu',
        commit_sha: 'a',
        release_id: 'r1',
      }),
    ]),
    expected: {
      '0.deployments.length': 4,
      '0.metrics.deploymentFrequency.count': 3,
      '0.metrics.leadTime.count': 2,
      '0.metrics.leadTime.p50': 86400,
      '0.deployments.1.changes': ['a'],
      '0.deployments.3.rollback': true,
      '0.deployments.3.undid': 'd2',
      '0.metrics.deploymentReworkRate.rework': 1,
      '0.metrics.changeFailureRate.status': 'no_incident_source',
      '0.metrics.changeFailureRate.failed': 1,
      '0.metrics.changeFailureRate.count': 2,
    },
  },
  {
    name: 'case 27: staging reports and production is silent: no data, not 0',
    input: history([deployed('3', 'd1', { environment: 'staging' })], {
      queries: [june(), june({ environment: 'staging' })],
    }),
    expected: {
      '0.window.observedDays': null,
      '0.metrics.deploymentFrequency.status': 'no_data',
      '0.metrics.deploymentFrequency.value': null,
      '0.metrics.leadTime.status': 'no_data',
      '0.metrics.changeFailureRate.status': 'no_data',
      '0.metrics.timeToRestore.status': 'no_incident_source',
      '0.metrics.failedDeploymentRecoveryTime.status': 'no_data',
      '0.metrics.deploymentReworkRate.status': 'no_data',
      '0.metrics.deploymentSuccessRate.status': 'no_data',
      '0.series.2.deployments': null,
      '1.metrics.deploymentFrequency.count': 1,
    },
  },
  {
    name: 'rule: a run reported without a deployment id belongs to the one deployment that names it',
    input: history([
      event('deploy.started', '3 09:00', {
        environment: 'prod',
        deployment_id: 'd1',
        pipeline_run_id: 'run-1',
        version: 'v1',
      }),
      event('deploy.completed', '3 10:00', {
        environment: 'prod',
        pipeline_run_id: 'run-1',
        status: 'success',
      }),
      event('deploy.completed', '4 10:00', {
        environment: 'prod',
        pipeline_run_id: 'run-2',
        status: 'success',
        remediates: 'd1',
      }),
      deployed('5', 'd2', { pipeline_run_id: 'run-3' }),
      deployed('6', 'd3', { pipeline_run_id: 'run-3' }),
      event('deploy.completed', '7', {
        environment: 'prod',
        pipeline_run_id: 'run-3',
        status: 'success',
      }),
      incident('opened', '8', 'i', { cause: { deployment_id: 'run:run-2' } }),
    ]),
    expected: {
      '0.deployments.length': 4,
      '0.deployments.0.id': 'd1',
      '0.deployments.0.failed': true,
      '0.deployments.0.recovered_at': '2026-06-04T10:00:00.000Z',
      '0.deployments.1.id': 'run:run-2',
      '0.deployments.1.failed': true,
      '0.deployments.1.recovered_at': null,
    },
  },
  {
    name: 'rule: restarts and scalings take no part, an unknown kind is a deploy',
    input: history([
      deployed('3', 'd1', { kind: 'canary' }),
      deployed('4', 'd2', { kind: 'restart' }),
      deployed('5', 'd3', { kind: 'scale', status: 'failure' }),
      incident('opened', '4 01:00', 'i'),
    ]),
    expected: {
      '0.deployments.length': 1,
      '0.deployments.0.kind': 'canary',
      '0.metrics.deploymentFrequency.count': 1,
      '0.metrics.deploymentSuccessRate.value': 1,
      '0.incidents.0.link.method': 'unlinked',
    },
  },
  {
    name: 'rule: an unmapped environment is seen by its name only',
    input: history([deployed('3', 'd1', { environment: 'Canary-1' })], {
      queries: [june(), june({ environment: 'canary-1' })],
    }),
    expected: {
      '0.metrics.deploymentFrequency.status': 'no_data',
      '1.metrics.deploymentFrequency.count': 1,
      '1.deployments.0.environment': 'canary-1',
    },
  },
];

import {
  at,
  committed,
  deployed,
  history,
  incident,
  june,
  type NamedCase,
} from './build';

/** Deployments `d1` ... of the days 1, 2 ... at noon. */
const daily = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    deployed(`${index + 1} 12:00`, `d${index + 1}`),
  );

const opened = (time: string, id: string) => incident('opened', time, id);

/** Cases about incidents, what they are linked to and what fails by them. */
export const incidentCases: NamedCase[] = [
  {
    name: 'case 05: two incidents on one of ten deployments fail it once',
    input: history([
      ...daily(10),
      opened('4 13:00', 'i1'),
      opened('4 14:00', 'i2'),
    ]),
    expected: {
      '0.metrics.changeFailureRate.value': 0.1,
      '0.metrics.changeFailureRate.failed': 1,
      '0.metrics.changeFailureRate.count': 10,
      '0.metrics.changeFailureRate.coverage': { with: 1, of: 1 },
      '0.metrics.changeFailureRate.band': { year: 2024, level: 'high' },
    },
  },
  {
    name: 'case 05: six incidents on 4 of 23 deployments',
    input: history([
      ...daily(23),
      ...['2', '2', '5', '9', '9', '20'].map((day, index) =>
        opened(`${day} 13:0${index}`, `i${index}`),
      ),
    ]),
    expected: {
      '0.metrics.changeFailureRate.value': 4 / 23,
      '0.metrics.changeFailureRate.failed': 4,
    },
  },
  {
    name: 'case 06: an incident before the first deployment is in time to restore, not in failure rate',
    input: history([
      opened('2', 'i'),
      incident('resolved', '2 01:00', 'i'),
      deployed('3', 'd1'),
    ]),
    expected: {
      '0.metrics.timeToRestore.p50': 3600,
      '0.metrics.timeToRestore.count': 1,
      '0.metrics.changeFailureRate.value': 0,
      '0.incidents.0.link': {
        method: 'unlinked',
        service: null,
        environment: null,
        deployment_id: null,
      },
    },
  },
  {
    name: 'case 07: an incident at the very finish is linked, a second before it is not',
    input: history([
      deployed('3 12:00', 'd1'),
      deployed('4 12:00', 'd2'),
      opened('4 12:00', 'at'),
      opened('4 11:59:59', 'before'),
      opened('5 12:00', 'a-day-after'),
      opened('5 12:00:01', 'too-late'),
    ]),
    expected: {
      '0.incidents.0.link.deployment_id': 'd1',
      '0.incidents.0.link.method': 'window',
      '0.incidents.1.link.deployment_id': 'd2',
      '0.incidents.2.link.deployment_id': 'd2',
      '0.incidents.3.link.method': 'unlinked',
    },
  },
  {
    name: "case 08: another service's incident of the same team is not linked",
    input: history(
      [
        deployed('3', 'd1'),
        incident('opened', '3 01:00', 'i', { service_id: 'web' }),
      ],
      {
        catalog: ['api', 'web'].map(service => ({
          service,
          incidentSource: true,
          owners: [{ from: at('1'), owner: 'group:default/a' }],
        })),
        queries: [june({ team: 'group:default/a' })],
      },
    ),
    expected: {
      '0.deployments.0.failed': false,
      '0.incidents.0.link.method': 'unlinked',
      '0.metrics.changeFailureRate.value': 0,
    },
  },
  {
    name: 'case 09: an open incident fails its deployment and is in no restore time',
    input: history([deployed('3', 'd1'), opened('3 01:00', 'i')]),
    expected: {
      '0.deployments.0.failed': true,
      '0.deployments.0.recovered_at': null,
      '0.metrics.changeFailureRate.value': 1,
      '0.metrics.timeToRestore.status': 'only_open',
      '0.metrics.timeToRestore.value': null,
      '0.metrics.timeToRestore.count': 0,
      '0.metrics.timeToRestore.open': 1,
      '0.metrics.timeToRestore.oldestOpenAge': 28 * 86400 - 3600,
      '0.metrics.failedDeploymentRecoveryTime.status': 'no_failures',
    },
  },
  {
    name: 'case 10: active periods add up, and a reopened incident is open until resolved again',
    input: history(
      [
        deployed('3', 'd1'),
        opened('3 01:00', 'i'),
        incident('resolved', '3 02:00', 'i'),
        incident('reopened', '3 05:00', 'i'),
        incident('opened', '3 05:30', 'i'),
        incident('resolved', '3 08:00', 'i'),
        opened('4', 'j'),
        incident('resolved', '5', 'j'),
        incident('reopened', '6', 'j'),
      ],
      { queries: [june(), june({ to: at('5 12:00') })] },
    ),
    expected: {
      '0.incidents.0.duration': 4 * 3600,
      '0.incidents.0.resolved_at': '2026-06-03T08:00:00.000Z',
      '0.incidents.1.duration': null,
      '0.metrics.timeToRestore.open': 1,
      '0.metrics.timeToRestore.oldestOpenAge': 27 * 86400,
      '0.metrics.timeToRestore.p50': 4 * 3600,
      '0.deployments.0.recovered_at': null,
      '1.metrics.timeToRestore.open': 0,
    },
  },
  {
    name: "case 11: opened in May, resolved in June: June's restore time",
    input: history(
      [opened('05-31 23:00', 'i'), incident('resolved', '1 01:00', 'i')],
      { queries: [june(), june({ from: at('05-01'), to: at('1') })] },
    ),
    expected: {
      '0.metrics.timeToRestore.p50': 7200,
      '0.incidents.length': 0,
      '1.metrics.timeToRestore.status': 'only_open',
      '1.metrics.timeToRestore.open': 1,
      '1.incidents.0.incident_id': 'i',
    },
  },
  {
    name: 'case 26: rolled back with an incident on what it left: one failure, recovered by the earlier',
    input: history([
      deployed('1', 'd1', { version: 'v1' }),
      deployed('2', 'd2', { version: 'v2' }),
      opened('2 01:00', 'i1'),
      deployed('2 03:00', 'd3', { version: 'v1' }),
      incident('resolved', '2 04:00', 'i1'),
      deployed('5', 'd4', { version: 'v3' }),
      opened('5 01:00', 'i2'),
      incident('resolved', '5 02:00', 'i2'),
      deployed('5 06:00', 'd5', { version: 'v1', kind: 'rollback' }),
    ]),
    expected: {
      '0.deployments.1.failed': true,
      '0.deployments.1.recovered_at': '2026-06-02T03:00:00.000Z',
      '0.deployments.2.undid': 'd2',
      '0.deployments.3.recovered_at': '2026-06-05T02:00:00.000Z',
      '0.deployments.4.undid': 'd4',
      '0.metrics.changeFailureRate.failed': 2,
      '0.metrics.changeFailureRate.count': 3,
      '0.metrics.failedDeploymentRecoveryTime.count': 2,
      '0.metrics.failedDeploymentRecoveryTime.p50': 2.5 * 3600,
    },
  },
  {
    name: 'rule: only resolved events: excluded and counted by the last of them',
    input: history([
      deployed('3', 'd1'),
      incident('resolved', '3 01:00', 'i', { cause: { deployment_id: 'd1' } }),
      incident('resolved', '4 01:00', 'i'),
    ]),
    expected: {
      '0.metrics.timeToRestore.excluded': { resolved_before_opened: 1 },
      '0.metrics.timeToRestore.status': 'no_incident_source',
      '0.deployments.0.failed': false,
      '0.incidents.length': 0,
    },
  },
  {
    name: 'rule: a correction beats cause and external, and may unlink',
    input: history([
      deployed('3', 'd1'),
      deployed('4', 'd2'),
      incident('opened', '4 01:00', 'i1', { external: true }),
      incident('linked', '5', 'i1', { deployment_id: 'd1' }),
      incident('opened', '4 02:00', 'i2', { cause: { deployment_id: 'd1' } }),
      incident('linked', '5', 'i2', { deployment_id: 'd2' }),
      incident('linked', '6', 'i2', { deployment_id: null }),
      incident('opened', '4 03:00', 'i3'),
      incident('linked', '5', 'i3', { deployment_id: 'missing' }),
      incident('opened', '4 04:00', 'i4', { external: true }),
    ]),
    expected: {
      '0.incidents.0.link.method': 'corrected',
      '0.incidents.0.link.deployment_id': 'd1',
      '0.incidents.1.link.method': 'corrected',
      '0.incidents.1.link.deployment_id': null,
      '0.incidents.2.link.method': 'corrected',
      '0.incidents.2.link.deployment_id': null,
      '0.incidents.3.link.method': 'unlinked',
      '0.deployments.1.failed': false,
    },
  },
  {
    name: 'rule: a cause names a deployment, commit, pull request or correlation, also of another service',
    input: history([
      committed('1', 'a'),
      committed('2', 'b', { pr_id: 9 }),
      deployed('2', 'd1', { commit_sha: 'a', correlation_id: 'c1' }),
      deployed('3', 'd2', { commit_sha: 'b' }),
      deployed('3', 'w1', { service_id: 'web' }),
      incident('opened', '20', 'i1', { cause: { commit_sha: 'a' } }),
      incident('opened', '20', 'i2', { cause: { pr_id: 9 } }),
      incident('opened', '20', 'i3', { cause: { correlation_id: 'c1' } }),
      incident('opened', '20', 'i4', {
        cause: { deployment_id: 'w1', service_id: 'web' },
      }),
      incident('opened', '20', 'i5', {
        cause: { deployment_id: 'nothing', correlation_id: 'c1' },
      }),
      incident('opened', '3 01:00', 'i6', { cause: { pr_id: 'nothing' } }),
    ]),
    expected: {
      '0.incidents.0.incident_id': 'i6',
      '0.incidents.0.link.method': 'window',
      '0.incidents.0.link.deployment_id': 'd2',
      '0.incidents.1.link.deployment_id': 'd1',
      '0.incidents.2.link.deployment_id': 'd2',
      '0.incidents.3.link.deployment_id': 'd1',
      '0.incidents.4.link.service': 'web',
      '0.incidents.4.link.deployment_id': 'w1',
      '0.incidents.5.link.method': 'explicit',
      '0.incidents.5.link.deployment_id': 'd1',
    },
  },
  {
    name: 'rule: one environment counts its incidents and those of its tier that blame it',
    input: history(
      [
        deployed('3', 'd1', { environment: 'prod-eu' }),
        deployed('4', 'd2', { environment: 'prod-us' }),
        incident('opened', '3 01:00', 'i1'),
        incident('opened', '4 01:00', 'i2'),
        incident('opened', '4 02:00', 'i3', { environment: 'prod-eu' }),
      ],
      { queries: [june({ environment: 'prod-eu' }), june()] },
    ),
    expected: {
      '0.incidents.length': 2,
      '0.incidents.0.incident_id': 'i1',
      '0.incidents.1.incident_id': 'i3',
      '0.incidents.1.link.method': 'unlinked',
      '0.metrics.timeToRestore.open': 2,
      '1.incidents.length': 3,
    },
  },
];

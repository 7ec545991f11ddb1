import {
  at,
  committed,
  deployed,
  history,
  incident,
  june,
  merged,
  type NamedCase,
} from './build';

const conflict = (id: string, text: string) => ({
  ...deployed('3', id, { version: text }),
  id: 'same',
});

/** Cases about clauses that are easily overlooked. */
export const edgeCases: NamedCase[] = [
  {
    name: 'rule: of two different events with one source and id the first stays',
    input: history([
      conflict('d1', 'first'),
      conflict('d2', 'second'),
      conflict('d1', 'first'),
    ]),
    expected: { '0.deployments.length': 1, '0.deployments.0.id': 'd1' },
  },
  {
    name: 'rule: squash merges within squash merges count once, in circles too',
    input: history([
      committed('1', 'base'),
      deployed('1 12:00', 'd0', { commit_sha: 'base' }),
      merged('2', 'm1', { pr_id: 1, branch: 'topic', commits: ['x', 'm3'] }),
      merged('3', 'm2', { pr_id: 2, branch: 'develop', commits: ['y', 'm1'] }),
      merged('4', 'm3', { pr_id: 3, commits: ['z', 'm2'] }),
      deployed('5', 'd1', { commit_sha: 'm3' }),
    ]),
    expected: {
      '0.deployments.1.changes': ['x', 'y', 'z'],
      '0.metrics.leadTime.count': 4,
      '0.metrics.leadTime.lowerBound': 3,
    },
  },
  {
    name: 'rule: a merge sha is a change only if each pull request merged as it lists it',
    input: history([
      merged('2', 'm', { pr_id: 1, commits: ['a', 'm'] }),
      merged('3', 'n', { pr_id: 2, commits: ['b', 'n'] }),
      merged('3', 'n', { pr_id: 3, commits: ['c'] }),
      committed('3', 'n'),
      deployed('4', 'd1', { commits: ['m'] }),
      deployed('5', 'd2', { commits: ['n'] }),
    ]),
    expected: {
      '0.deployments.0.changes': ['a', 'm'],
      '0.deployments.1.changes': ['b', 'c'],
    },
  },
  {
    name: 'rule: the branch is the one that the deployment names if its head landed there, else the first',
    input: history([
      committed('1', 'base'),
      deployed('1 12:00', 'd0', { commit_sha: 'base' }),
      committed('2', 'on-main'),
      committed('2', 'on-release', { branch: 'release' }),
      committed('2', 'anywhere', { branch: null }),
      committed('3', 'head', { branch: 'release' }),
      committed('4', 'head'),
      deployed('5', 'd1', { commit_sha: 'head', branch: 'elsewhere' }),
      deployed('6', 'd2', { commit_sha: 'head', branch: 'main' }),
    ]),
    expected: {
      '0.deployments.1.changes': ['anywhere', 'head', 'on-release'],
      '0.deployments.2.changes': ['on-main'],
    },
  },
  {
    name: 'rule: a head that landed nowhere yet brings itself and nothing that rode along',
    input: history([
      committed('1', 'base'),
      deployed('1 12:00', 'd0', { commit_sha: 'base' }),
      committed('2', 'other'),
      committed('9', 'head', { committed_at: at('2') }),
      deployed('3', 'd1', { commit_sha: 'head' }),
      deployed('10', 'd2', { commit_sha: 'head' }),
    ]),
    expected: {
      '0.deployments.1.changes': ['head'],
      '0.deployments.2.changes': ['other'],
    },
  },
  {
    name: 'rule: nothing that landed by the baseline rides along',
    input: history([
      committed('1', 'old'),
      committed('2', 'base'),
      committed('2', 'beside'),
      deployed('4', 'd0', { commit_sha: 'base' }),
      committed('3', 'late'),
      deployed('5', 'd1', { commit_sha: 'late' }),
    ]),
    expected: {
      '0.deployments.0.changes': ['base'],
      '0.deployments.1.changes': ['late'],
    },
  },
  {
    name: 'rule: at one instant ids decide by their UTF-8 bytes',
    input: history([
      deployed('2', '😀', { version: 'v2' }),
      deployed('2', 'ﬁ', { version: 'v1' }),
      deployed('3', 'd', { version: 'v1' }),
    ]),
    expected: {
      '0.deployments.0.id': 'ﬁ',
      '0.deployments.1.id': '😀',
      '0.deployments.2.rollback': true,
      '0.deployments.2.undid': '😀',
    },
  },
  {
    name: 'rule: a cause in several regions means the latest before the start, else the first',
    input: history([
      deployed('2', 'd', { environment: 'prod-eu' }),
      deployed('4', 'd', { environment: 'prod-us' }),
      incident('opened', '3', 'i1', { cause: { deployment_id: 'd' } }),
      incident('opened', '20', 'i2', { cause: { deployment_id: 'd' } }),
      incident('opened', '1', 'i3', { cause: { deployment_id: 'd' } }),
      incident('opened', '20', 'i4', {
        environment: 'prod-eu',
        cause: { deployment_id: 'd' },
      }),
      incident('opened', '20 01:00', 'i5', { environment: 'prod-eu' }),
      incident('linked', '21', 'i5', {
        deployment_id: 'd',
        environment: 'prod-us',
      }),
    ]),
    expected: {
      '0.incidents.0.incident_id': 'i3',
      '0.incidents.0.link.environment': 'prod-eu',
      '0.incidents.1.link.environment': 'prod-eu',
      '0.incidents.2.link.environment': 'prod-us',
      '0.incidents.3.link.environment': 'prod-eu',
      '0.incidents.4.link.environment': 'prod-us',
      '0.incidents.4.link.method': 'corrected',
    },
  },
  {
    name: 'rule: the failure window and the table of environments are settings',
    input: history(
      [
        deployed('3', 'd1', { environment: 'blue' }),
        incident('opened', '3 04:00', 'i1', { environment: 'blue' }),
        incident('opened', '3 04:00:01', 'i2'),
      ],
      {
        config: {
          environments: [
            ['b?ue', 'Production'],
            ['*', 'other'],
          ],
          failureWindowSeconds: 4 * 3600,
          bandYear: 2019,
        },
      },
    ),
    expected: {
      '0.incidents.0.link.method': 'window',
      '0.incidents.1.link.method': 'unlinked',
      '0.metrics.changeFailureRate.value': 1,
    },
  },
  {
    name: 'rule: the window ends now, and one that lies ahead is empty',
    input: history(
      [deployed('3', 'd1'), deployed('4', 'd2'), incident('opened', '4', 'i')],
      {
        now: at('4'),
        queries: [june(), june({ from: at('20'), to: at('21') })],
      },
    ),
    expected: {
      '0.window.to': '2026-06-04T00:00:00.000Z',
      '0.metrics.deploymentFrequency.count': 1,
      '0.metrics.timeToRestore.status': 'no_incident_source',
      '0.series.length': 3,
      '1.window.from': '2026-06-20T00:00:00.000Z',
      '1.window.to': '2026-06-04T00:00:00.000Z',
      '1.metrics.deploymentFrequency.value': 0,
      '1.series': [],
    },
  },
  {
    name: 'rule: gaps are those of one service, pooled',
    input: history(
      [
        deployed('2', 'd1'),
        deployed('3', 'd2'),
        deployed('2 12:00', 'w1', { service_id: 'web' }),
        deployed('5 12:00', 'w2', { service_id: 'web' }),
        deployed('9', 'o1', { service_id: 'other' }),
      ],
      { queries: [june({ service: null })] },
    ),
    expected: {
      '0.metrics.deploymentFrequency.medianGap': 2 * 86400,
      '0.metrics.deploymentFrequency.count': 5,
      '0.metrics.deploymentFrequency.band': null,
    },
  },
  {
    name: 'rule: a service that only the catalog knows makes its incident source known, unless a template is asked for',
    input: history([], {
      catalog: [
        {
          service: 'api',
          incidentSource: true,
          owners: [
            { from: at('05-01'), owner: 'a' },
            { from: at('10'), owner: 'b' },
          ],
        },
      ],
      queries: [
        june(),
        june({ team: 'a' }),
        june({ team: 'a', from: at('10') }),
        june({ team: 'b' }),
        june({ template: 't' }),
        june({ service: null }),
      ],
    }),
    expected: {
      '0.metrics.timeToRestore.status': 'no_incidents',
      '1.metrics.timeToRestore.status': 'no_incidents',
      '2.metrics.timeToRestore.status': 'no_incident_source',
      '3.metrics.timeToRestore.status': 'no_incidents',
      '4.metrics.timeToRestore.status': 'no_incident_source',
      '5.metrics.timeToRestore.status': 'no_incidents',
    },
  },
  {
    name: 'rule: without finished deployments everything about deployments is no data, and incidents are not',
    input: history([
      deployed('3', 'd1', { status: 'cancelled' }),
      incident('opened', '3', 'i'),
      incident('resolved', '3 01:00', 'i'),
    ]),
    expected: {
      '0.window.observedDays': null,
      '0.metrics.deploymentFrequency': {
        status: 'no_data',
        value: null,
        count: 0,
        medianGap: null,
        band: null,
      },
      '0.metrics.failedDeploymentRecoveryTime.status': 'no_data',
      '0.metrics.timeToRestore.status': 'ok',
    },
  },
];

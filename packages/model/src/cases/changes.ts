import {
  at,
  committed,
  deployed,
  event,
  history,
  june,
  merged,
  type NamedCase,
} from './build';

/** A sha that looks like one of git's. */
const sha = (digit: string) => digit.repeat(40);

const years = ['2024-06-01', '2024-12-01', '2025-06-01', '2025-12-01'];

/** Cases about which changes a deployment contains. */
export const changeCases: NamedCase[] = [
  {
    name: 'case 03: several changes merged between two deployments all count',
    input: history([
      committed('1', 'a'),
      deployed('2', 'd1', { commit_sha: 'a' }),
      committed('3', 'b'),
      committed('4', 'c'),
      committed('5', 'd'),
      deployed('6', 'd2', { commit_sha: 'd' }),
    ]),
    expected: {
      '0.deployments.1.changes': ['b', 'c', 'd'],
      '0.metrics.leadTime.count': 4,
      '0.metrics.leadTime.p50': 1.5 * 86400,
      '0.metrics.leadTime.mean': 1.75 * 86400,
    },
  },
  {
    name: 'case 12: re-deployed after a rollback, changes keep their first lead time',
    input: history([
      committed('1', 'a'),
      deployed('2', 'd1', { commit_sha: 'a' }),
      committed('3', 'b'),
      deployed('4', 'd2', { commit_sha: 'b' }),
      deployed('5', 'd3', { commit_sha: 'a' }),
      deployed('9', 'd4', { commit_sha: 'b' }),
    ]),
    expected: {
      '0.deployments.1.changes': ['b'],
      '0.deployments.2.rollback': true,
      '0.deployments.2.undid': 'd2',
      '0.deployments.3.rollback': false,
      '0.deployments.3.changes': [],
      '0.metrics.leadTime.count': 2,
      '0.metrics.leadTime.p95': 86400,
    },
  },
  {
    name: 'case 13: neither an unmerged commit nor what landed on another branch rides along',
    input: history([
      committed('1', 'a'),
      deployed('2', 'd1', { commit_sha: 'a' }),
      committed('3', 'unmerged', { pr_id: 7 }),
      committed('3', 'develop', { branch: 'develop' }),
      committed('4', 'hotfix'),
      committed('4 06:00', 'everywhere', { branch: null }),
      deployed('5', 'd2', { commit_sha: 'hotfix', branch: 'main' }),
    ]),
    expected: {
      '0.deployments.1.changes': ['hotfix'],
      '0.metrics.leadTime.count': 2,
    },
  },
  {
    name: 'case 14: committed after the deployment: excluded and counted',
    input: history([
      committed('1', 'a', { committed_at: at('3') }),
      deployed('2', 'd1', { commit_sha: 'a' }),
    ]),
    expected: {
      '0.metrics.leadTime.status': 'inconsistent',
      '0.metrics.leadTime.value': null,
      '0.metrics.leadTime.count': 0,
      '0.metrics.leadTime.excluded': { deployed_before_commit: 1 },
      '0.deployments.0.changes': ['a'],
    },
  },
  {
    name: 'case 21: one commit of a monorepo is a change of each service it touches',
    input: history(
      ['api', 'web'].flatMap(service_id => [
        committed('1', 'a', { service_id }),
        deployed('2', `${service_id}-1`, { service_id, commit_sha: 'a' }),
      ]),
      { queries: [june({ service: null })] },
    ),
    expected: {
      '0.metrics.leadTime.count': 2,
      '0.metrics.deploymentFrequency.count': 2,
      '0.metrics.deploymentFrequency.medianGap': null,
    },
  },
  {
    name: 'case 23: a squash merge stands for its pull request, also when a release lists it',
    input: history([
      merged('2', sha('1'), {
        pr_id: 1,
        branch: 'develop',
        commits: [
          { sha: 'x', committed_at: at('1') },
          { sha: 'y', committed_at: at('1 12:00') },
        ],
      }),
      merged('3', sha('2'), {
        pr_id: 2,
        branch: 'develop',
        commits: [{ sha: 'z', committed_at: at('2') }],
      }),
      merged('4', sha('3'), { pr_id: 3, commits: [sha('2')] }),
      deployed('3', 'd1', { commit_sha: sha('1') }),
      deployed('5', 'd2', { commit_sha: sha('3') }),
    ]),
    expected: {
      '0.deployments.0.changes': ['x', 'y'],
      '0.deployments.1.changes': ['z'],
      '0.metrics.leadTime.count': 3,
      '0.metrics.leadTime.lowerBound': 0,
      '0.metrics.leadTime.p50': 2 * 86400,
    },
  },
  {
    name: 'case 25: the first deployment after two years of commits has one lead time',
    input: history([
      ...years.map((day, index) => committed(day, `old-${index}`)),
      committed('1', 'head'),
      deployed('2', 'd1', { commit_sha: 'head' }),
      committed('3', 'next'),
      deployed('4', 'd2', { commit_sha: 'next' }),
    ]),
    expected: {
      '0.deployments.0.changes': ['head'],
      '0.deployments.1.changes': ['next'],
      '0.metrics.leadTime.count': 2,
    },
  },
  {
    name: 'rule: a short sha stands for the only whole one that begins with it',
    input: history([
      committed('1', sha('a')),
      committed('3', `${sha('b').slice(1)}c`),
      committed('3', `${sha('b').slice(1)}d`),
      deployed('2', 'd1', { commit_sha: 'AAAAAAA' }),
      deployed('4', 'd2', { commit_sha: 'bbbbbbb' }),
      event('deploy.completed', '5', {
        environment: 'prod',
        deployment_id: 'd3',
        status: 'success',
        commit_sha: 'aaaaaa',
      }),
    ]),
    expected: {
      '0.deployments.0.changes': [sha('a')],
      '0.deployments.1.contentsKnown': false,
      '0.deployments.2.contentsKnown': false,
      '0.metrics.leadTime.coverage': { with: 1, of: 3 },
    },
  },
  {
    name: 'rule: a commit that only a list names has a lower bound, one that only a deployment names none',
    input: history([
      merged('1', 'merge', { pr_id: 1, commits: ['x'] }),
      deployed('2', 'd1', { commit_sha: 'merge' }),
      deployed('3', 'd2', { commits: ['y'] }),
    ]),
    expected: {
      '0.metrics.leadTime.count': 1,
      '0.metrics.leadTime.lowerBound': 1,
      '0.metrics.leadTime.p50': 86400,
      '0.metrics.leadTime.excluded': { commit_time_unknown: 1 },
      '0.deployments.1.changes': ['y'],
    },
  },
  {
    name: 'rule: the latest merge report that lists commits wins, the earliest merged_at counts',
    input: history([
      committed('1', 'base'),
      deployed('2', 'd1', { commit_sha: 'base' }),
      merged('4', 'm', { pr_id: 1, commits: ['x', 'y'], merged_at: at('5') }),
      merged('5', 'm', { pr_id: 1, commits: ['x'], merged_at: at('3') }),
      committed('3 12:00', 'after'),
      deployed('3 06:00', 'd2', { commit_sha: 'm' }),
    ]),
    expected: {
      '0.deployments.1.changes': ['x'],
      '0.metrics.leadTime.excluded': { deployed_before_commit: 1 },
    },
  },
  {
    name: 'rule: a change belongs to each stream once, and to a tier at the earliest',
    input: history(
      [
        committed('1', 'a'),
        deployed('3', 'd1', { environment: 'prod-us', commit_sha: 'a' }),
        deployed('2', 'd2', { environment: 'prod-eu', commit_sha: 'a' }),
      ],
      { queries: [june(), june({ environment: 'prod-us' })] },
    ),
    expected: {
      '0.metrics.leadTime.count': 1,
      '0.metrics.leadTime.p50': 86400,
      '0.deployments.1.changes': ['a'],
      '1.metrics.leadTime.p50': 2 * 86400,
    },
  },
];

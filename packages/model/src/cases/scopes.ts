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

const A = 'group:default/a';
const B = 'group:default/b';

/** Cases about time zones, windows, groups and what is known. */
export const scopeCases: NamedCase[] = [
  {
    name: 'case 15: Friday 23:30 UTC is Saturday in Berlin',
    input: history([deployed('4', 'd0'), deployed('5 23:30', 'd1')], {
      queries: [
        june({ from: at('5'), to: at('7'), timezone: 'Europe/Berlin' }),
        june({ from: at('5'), to: at('7') }),
      ],
    }),
    expected: {
      '0.series.0.start': '2026-06-04T22:00:00.000Z',
      '0.series.0.deployments': 0,
      '0.series.1.start': '2026-06-05T22:00:00.000Z',
      '0.series.1.deployments': 1,
      '1.series.0.deployments': 1,
      '1.series.1.deployments': 0,
    },
  },
  {
    name: 'case 15: durations ignore the change of the clocks, buckets follow it; weeks are ISO weeks',
    input: history(
      [
        committed('03-28 12:00', 'a'),
        deployed('03-29 12:00', 'd1', { commit_sha: 'a' }),
      ],
      {
        queries: [
          june({
            from: at('03-27 23:00'),
            to: at('03-30 22:00'),
            timezone: 'Europe/Berlin',
          }),
          june({
            from: at('2025-12-29'),
            to: at('2026-01-05'),
            bucket: 'week',
          }),
          june({
            from: at('2026-01-15'),
            to: at('2026-04-15'),
            timezone: 'Europe/Berlin',
            bucket: 'month',
          }),
        ],
      },
    ),
    expected: {
      '0.metrics.leadTime.p50': 86400,
      '0.series.length': 3,
      '0.series.0.start': '2026-03-27T23:00:00.000Z',
      '0.series.1.start': '2026-03-28T23:00:00.000Z',
      '0.series.2.start': '2026-03-29T22:00:00.000Z',
      '0.series.2.partial': false,
      '1.series.length': 1,
      '1.series.0.start': '2025-12-29T00:00:00.000Z',
      '1.series.0.partial': false,
      '2.series.0.start': '2025-12-31T23:00:00.000Z',
      '2.series.0.partial': true,
      '2.series.3.start': '2026-03-31T22:00:00.000Z',
      '2.series.2.deployments': 1,
    },
  },
  {
    name: 'case 15: where midnight is missing or double, the day begins at its first instant',
    input: history([], {
      now: at('2026-12-31'),
      queries: [
        june({
          timezone: 'Asia/Beirut',
          from: at('2026-03-29'),
          to: at('2026-03-29 12:00'),
        }),
        june({
          timezone: 'America/Havana',
          from: at('2026-11-01 12:00'),
          to: at('2026-11-01 13:00'),
        }),
      ],
    }),
    expected: {
      '0.series.0.start': '2026-03-28T22:00:00.000Z',
      '1.series.0.start': '2026-11-01T04:00:00.000Z',
    },
  },
  {
    name: 'case 18: an event eight months late corrects the bucket it belongs to',
    input: history(
      [
        deployed('2025-10-05', 'd1', { commit_sha: 'a' }),
        deployed('2', 'd2', { commit_sha: 'b' }),
        committed('1', 'b'),
        committed('2025-10-04', 'a'),
      ],
      {
        queries: [
          june({
            from: at('2025-10-01'),
            to: at('2025-11-01'),
            bucket: 'month',
          }),
        ],
      },
    ),
    expected: {
      '0.series.0.leadTimeP50': 86400,
      '0.metrics.leadTime.count': 1,
    },
  },
  {
    name: 'case 19: a removed entity keeps its history under its service id',
    input: history([deployed('3', 'd1')], {
      catalog: [{ service: 'another' }],
      queries: [june(), june({ service: null })],
    }),
    expected: {
      '0.metrics.deploymentFrequency.count': 1,
      '1.deployments.0.service': 'api',
    },
  },
  {
    name: 'case 22: ownership moved in April: March stays with the old team',
    input: history([deployed('03-20', 'd1'), deployed('04-20', 'd2')], {
      catalog: [
        {
          service: 'api',
          owners: [
            { from: at('04-01'), owner: B },
            { from: at('03-10'), owner: A },
          ],
        },
      ],
      queries: [A, B].flatMap(team => [
        june({ team, from: at('03-01'), to: at('04-01') }),
        june({ team, from: at('04-01'), to: at('05-01') }),
      ]),
    }),
    expected: {
      '0.deployments.0.id': 'd1',
      '1.metrics.deploymentFrequency.value': 0,
      '2.metrics.deploymentFrequency.status': 'no_data',
      '3.deployments.0.id': 'd2',
    },
  },
  {
    name: 'rule: before the first known holder, that one holds',
    input: history([deployed('3', 'd1')], {
      catalog: [{ service: 'api', owners: [{ from: at('10'), owner: A }] }],
      queries: [june({ team: A })],
    }),
    expected: { '0.metrics.deploymentFrequency.count': 1 },
  },
  {
    name: 'rule: the template and its version follow the latest that names them',
    input: history(
      [
        event('scaffold.completed', '2', {
          run_id: 'r',
          template_id: 't1',
          template_version: '1',
          status: 'success',
        }),
        event('scaffold.completed', '4', {
          run_id: 'r2',
          template_id: 't2',
          status: 'failure',
        }),
        committed('5', 'a', { template_id: 't1', template_version: '2' }),
        committed('7', 'b', { template_id: 't1' }),
        deployed('1', 'd0'),
        deployed('3', 'd1'),
        deployed('6', 'd2'),
        deployed('8', 'd3'),
      ],
      {
        queries: [
          june({ template: 't1' }),
          june({ template: 't1', templateVersion: '1' }),
          june({ template: 't1', templateVersion: '2' }),
          june({ template: 't2' }),
        ],
      },
    ),
    expected: {
      '0.deployments.length': 4,
      '1.deployments.length': 2,
      '1.deployments.0.id': 'd0',
      '2.deployments.length': 2,
      '2.deployments.0.id': 'd2',
      '3.metrics.deploymentFrequency.status': 'no_data',
    },
  },
  {
    name: 'rule: only services whose incident source is known enter the failure rate',
    input: history(
      [
        deployed('3', 'd1'),
        deployed('4', 'w1', { service_id: 'web', version: 'v1' }),
        deployed('5', 'w2', { service_id: 'web', version: 'v2' }),
        deployed('6', 'w3', { service_id: 'web', version: 'v1' }),
      ],
      {
        catalog: [{ service: 'api', incidentSource: true }],
        queries: [june({ service: null }), june({ service: 'web' })],
      },
    ),
    expected: {
      '0.metrics.changeFailureRate.value': 0,
      '0.metrics.changeFailureRate.count': 1,
      '0.metrics.changeFailureRate.coverage': { with: 1, of: 2 },
      '0.metrics.timeToRestore.status': 'no_incidents',
      '0.series.4.changeFailureRate': null,
      '1.metrics.changeFailureRate.status': 'no_incident_source',
      '1.metrics.changeFailureRate.failed': 1,
      '1.metrics.changeFailureRate.count': 2,
      '1.metrics.timeToRestore.status': 'no_incident_source',
    },
  },
  {
    name: 'rule: buckets before the first finished deployment are null, the one that holds it is partial',
    input: history(
      [
        deployed('10 12:00', 'd1', { status: 'failure' }),
        deployed('20', 'd2'),
        incident('opened', '3', 'i'),
        incident('resolved', '3 01:00', 'i'),
      ],
      { queries: [june({ bucket: 'week' })] },
    ),
    expected: {
      '0.window.observedDays': 20.5,
      '0.series.0.partial': false,
      '0.series.0.deployments': null,
      '0.series.0.timeToRestoreP50': 3600,
      '0.series.1.partial': true,
      '0.series.1.deployments': 0,
      '0.series.2.deployments': 1,
      '0.series.2.leadTimeP50': null,
      '0.series.4.partial': true,
    },
  },
  {
    name: 'rule: percentiles interpolate linearly',
    input: history([
      ...[60, 60, 60, 1440, 1440, 1440].map((minutes, index) =>
        incident('opened', '3', `i${index}`, { minutes }),
      ),
      ...['01:00', '01:00', '01:00'].map((time, index) =>
        incident('resolved', `3 ${time}`, `i${index}`),
      ),
      ...[3, 4, 5].map(index => incident('resolved', '4', `i${index}`)),
    ]),
    expected: {
      '0.metrics.timeToRestore.p50': 750 * 60,
      '0.metrics.timeToRestore.p90': 86400,
      '0.metrics.timeToRestore.mean': 750 * 60,
      '0.metrics.timeToRestore.band': { year: 2024, level: 'high' },
    },
  },
];

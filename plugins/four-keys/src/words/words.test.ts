import {
  METRIC_NAMES,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import { HEALTHY, metricsWithout, WITHOUT_INCIDENT_SOURCE } from '../fixtures';
import { Formatter } from '../format';
import {
  METRIC_WORDS,
  sayBand,
  sayFacts,
  sayNullState,
  saySilence,
  sayValue,
  type NullStatus,
} from './index';

const format = new Formatter({ locale: 'en-GB', timezone: 'UTC' });
const plain = (text: string) => text.replace(/\u00a0/g, ' ');

/** The table of statuses of the metric definitions. */
const POSSIBLE: Record<NullStatus, readonly MetricName[]> = {
  no_data: METRIC_NAMES.filter(name => name !== 'timeToRestore'),
  no_deployments: [
    'leadTime',
    'changeFailureRate',
    'deploymentReworkRate',
    'deploymentSuccessRate',
  ],
  no_incident_source: [
    'changeFailureRate',
    'timeToRestore',
    'failedDeploymentRecoveryTime',
  ],
  contents_unknown: ['leadTime'],
  no_changes: ['leadTime'],
  inconsistent: ['leadTime', 'failedDeploymentRecoveryTime'],
  only_open: ['timeToRestore'],
  no_incidents: ['timeToRestore'],
  no_failures: ['failedDeploymentRecoveryTime'],
};

const STATUSES = Object.keys(POSSIBLE) as NullStatus[];
const CASES = STATUSES.flatMap(status =>
  POSSIBLE[status].map(name => [name, status] as const),
);

describe('a metric without a number', () => {
  it.each(CASES)('%s says why it is %s, and what to do', (name, status) => {
    const metrics = metricsWithout({ [name]: status });
    const said = sayNullState(name, {
      metrics,
      environment: 'staging',
      format,
    });
    expect(said).toEqual({
      short: expect.stringMatching(/^[a-z0-9].{4,30}$/),
      what: expect.stringMatching(/^[A-Z0-9].{20,}\.$/),
      todo: expect.stringMatching(/^[A-Z].{20,}\.$/),
    });
    expect(sayValue(name, metrics, format)).toBeNull();
  });

  it('tells unknown failures from none', () => {
    const said = sayNullState('changeFailureRate', {
      metrics: WITHOUT_INCIDENT_SOURCE,
      environment: 'production',
      format,
    });
    expect(said?.short).toBe('at least 2 of 40');
    expect(said?.what).toBe(
      'Nobody says which deployments hurt users; at least 2 of 40 did.',
    );
  });

  it('says how long incidents have been open', () => {
    const metrics = metricsWithout({ timeToRestore: 'only_open' });
    metrics.timeToRestore.open = 2;
    metrics.timeToRestore.oldestOpenAge = 3 * 86400;
    const said = sayNullState('timeToRestore', {
      metrics,
      environment: 'production',
      format,
    });
    expect(plain(said?.what ?? '')).toBe(
      '2 incidents open, the oldest for 3 d; none was resolved in this window.',
    );
  });

  it('says which rows contradict themselves', () => {
    const metrics = metricsWithout({ leadTime: 'inconsistent' });
    metrics.leadTime.excluded = {
      commit_time_unknown: 2,
      deployed_before_commit: 1,
    };
    const said = sayNullState('leadTime', {
      metrics,
      environment: 'production',
      format,
    });
    expect(said?.what).toBe(
      'No lead time can be computed: 1 left out: deployed before their commit, 2 left out: without a commit time.',
    );
  });
});

describe('a metric with a number', () => {
  it.each([
    ['deploymentFrequency', '3.2 a day'],
    ['leadTime', '4 h 12 min'],
    ['changeFailureRate', '8.3%'],
    ['timeToRestore', '45 min'],
    ['failedDeploymentRecoveryTime', '1 h'],
    ['deploymentReworkRate', '5.2%'],
    ['deploymentSuccessRate', '96%'],
  ] as const)('says %s in words', (name, said) => {
    expect(plain(sayValue(name, HEALTHY, format) ?? '')).toBe(said);
    expect(METRIC_WORDS[name].title).not.toBe('');
  });

  it('has a true zero, and says so', () => {
    const metrics = {
      ...HEALTHY,
      deploymentFrequency: { ...HEALTHY.deploymentFrequency, value: 0 },
    };
    expect(sayValue('deploymentFrequency', metrics, format)).toBe('none');
  });

  it('has n, coverage and what was left out near it', () => {
    expect(sayFacts('leadTime', HEALTHY, format).map(plain)).toEqual([
      '210 changes',
      '90% within 20 h',
      'contents known for 90 of 96 deployments',
      '4 at least that long',
      '2 left out: deployed before their commit',
    ]);
    expect(sayFacts('changeFailureRate', HEALTHY, format)).toEqual([
      '8 of 96 deployments failed',
      'incidents known for 1 of 1 service',
    ]);
    expect(sayFacts('timeToRestore', HEALTHY, format).map(plain)).toContain(
      '1 open, the oldest for 2 h',
    );
  });

  it('says of a percentile from a sketch that it is none of the exact ones', () => {
    const metrics = {
      ...HEALTHY,
      leadTime: { ...HEALTHY.leadTime, approximate: true },
      deploymentFrequency: {
        ...HEALTHY.deploymentFrequency,
        approximate: true,
      },
    };
    const { facts, ...said } = {
      facts: sayFacts('leadTime', metrics, format),
      leadTime: sayValue('leadTime', metrics, format),
      // Of a frequency only the gap is a percentile.
      frequency: sayValue('deploymentFrequency', metrics, format),
      exact: sayValue('leadTime', HEALTHY, format),
    };
    expect(said).toEqual({
      leadTime: expect.stringMatching(/^about 4/),
      frequency: '3.2 a day',
      exact: expect.stringMatching(/^4/),
    });
    expect(facts).toContain('percentiles approximate, at most 1% off');
  });

  it('has a band with its year', () => {
    expect(sayBand({ year: 2024, level: 'high' })).toBe('High in DORA 2024');
  });
});

describe('silence', () => {
  const asOf = '2026-05-30T12:00:00Z';
  const rowOf = (
    lastDeploymentAt: string | null,
    count: number,
    medianGap: number | null,
  ) => ({
    lastDeploymentAt,
    metrics: {
      ...HEALTHY,
      deploymentFrequency: { ...HEALTHY.deploymentFrequency, count, medianGap },
    },
  });

  it.each([
    ['has never deployed', rowOf(null, 0, null), 'Not in testing yet'],
    ['paused a week', rowOf('2026-05-23T12:00:00Z', 0, null), null],
    [
      'has nothing in the window',
      rowOf('2026-04-10T12:00:00Z', 0, null),
      'Silent for 50 days',
    ],
    [
      'stopped after deploying daily',
      rowOf('2026-05-10T12:00:00Z', 40, 86400),
      'Silent for 20 days',
    ],
    [
      'deploys once a month',
      rowOf('2026-05-10T12:00:00Z', 3, 30 * 86400),
      null,
    ],
  ])('of a service that %s', (_, row, said) => {
    const silence = saySilence(row, { environment: 'testing', asOf, format });
    expect(silence && plain(silence)).toBe(said);
  });
});

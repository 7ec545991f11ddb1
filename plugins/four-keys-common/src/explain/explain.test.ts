import {
  METRIC_NAMES,
  type MetricName,
  type Metrics,
  type MetricStatus,
} from '../api';
import { explainMetric, explainMetrics } from './explain';
import { durationInWords } from './words';

const NOTHING: Metrics = {
  deploymentFrequency: {
    status: 'no_data',
    value: null,
    unit: 'deployments/day',
    count: 0,
    medianGap: null,
    band: null,
  },
  leadTime: {
    status: 'no_data',
    value: null,
    unit: 'seconds',
    p50: null,
    p75: null,
    p90: null,
    p95: null,
    mean: null,
    count: 0,
    lowerBound: 0,
    coverage: { with: 0, of: 0 },
    excluded: {},
    band: null,
  },
  changeFailureRate: {
    status: 'no_data',
    value: null,
    unit: 'ratio',
    failed: 0,
    count: 0,
    coverage: { with: 0, of: 0 },
    band: null,
  },
  timeToRestore: {
    status: 'no_incidents',
    value: null,
    unit: 'seconds',
    p50: null,
    mean: null,
    p90: null,
    count: 0,
    open: 0,
    oldestOpenAge: null,
    excluded: {},
    band: null,
  },
  failedDeploymentRecoveryTime: {
    status: 'no_data',
    value: null,
    unit: 'seconds',
    p50: null,
    p90: null,
    count: 0,
    excluded: {},
    band: null,
  },
  deploymentReworkRate: {
    status: 'no_data',
    value: null,
    unit: 'ratio',
    rework: 0,
    count: 0,
  },
  deploymentSuccessRate: {
    status: 'no_data',
    value: null,
    unit: 'ratio',
    succeeded: 0,
    failed: 0,
  },
};

function explain<Name extends MetricName>(
  name: Name,
  metric: Partial<Metrics[Name]>,
): string {
  const whole = { ...NOTHING[name], status: 'ok', ...metric };
  return explainMetric(name, whole as Metrics[Name]);
}

describe('the explanation of a metric', () => {
  it.each([
    [{ count: 0, value: 0 }, 'No deployment succeeded in the window.'],
    [
      { count: 1, value: 1 / 30 },
      '1 successful deployment in the window, or 0.0333 a day.',
    ],
    [
      { count: 2, value: 2, medianGap: 7200 },
      '2 successful deployments in the window, or 2 a day, 2 hours apart.',
    ],
    [
      { count: 2, value: 2 },
      '2 successful deployments in the window, or 2 a day.',
    ],
    [
      { count: 90, value: 3, medianGap: 28_800 },
      '90 successful deployments in the window, or 3 a day; half of the gaps between those of a service are at most 8 hours.',
    ],
  ])('counts deployments: %j', (metric, text) => {
    expect(explain('deploymentFrequency', metric)).toBe(text);
  });

  it.each([
    [
      { p50: 916, count: 1, lowerBound: 1, coverage: { with: 1, of: 1 } },
      'The only change took 15 minutes 16 seconds from commit to deployment, at least: its commit time is unknown. The contents of the only deployment are known.',
    ],
    [
      { p50: 916, count: 1, coverage: { with: 1, of: 3 } },
      'The only change took 15 minutes 16 seconds from commit to deployment. The contents of 1 of the 3 deployments are known.',
    ],
    [
      { p50: 3600, count: 2, lowerBound: 1, coverage: { with: 2, of: 2 } },
      'Half of the 2 changes took at most 1 hour from commit to deployment; 1 of them may have taken longer, because its commit time is unknown. The contents of all 2 deployments are known.',
    ],
    [
      { p50: 3600, count: 2, lowerBound: 2, coverage: { with: 2, of: 3 } },
      'Half of the 2 changes took at most 1 hour from commit to deployment, at least: their commit times are unknown. The contents of 2 of the 3 deployments are known.',
    ],
    [
      {
        p50: 90_061,
        count: 40,
        lowerBound: 3,
        coverage: { with: 30, of: 30 },
        excluded: { deployed_before_commit: 1, commit_time_unknown: 2 },
      },
      'Half of the 40 changes took at most 1 day 1 hour from commit to deployment; 3 of them may have taken longer, because their commit times are unknown. The contents of all 30 deployments are known. Left out: 1 change that was deployed before its commit, 2 changes whose commit times are unknown.',
    ],
  ])('says how long changes took: %j', (metric, text) => {
    expect(explain('leadTime', metric)).toBe(text);
  });

  it.each([
    [
      { failed: 0, count: 1, value: 0, coverage: { with: 1, of: 1 } },
      'The only deployment did not fail, rollbacks not counted: 0 %. The incident source of the only service is known.',
    ],
    [
      { failed: 1, count: 1, value: 1, coverage: { with: 1, of: 2 } },
      'The only deployment failed, rollbacks not counted: 100 %. The incident source of 1 of the 2 services is known.',
    ],
    [
      { failed: 0, count: 2, value: 0, coverage: { with: 2, of: 2 } },
      'None of the 2 deployments failed, rollbacks not counted: 0 %. The incident sources of all 2 services are known.',
    ],
    [
      { failed: 2, count: 2, value: 1, coverage: { with: 2, of: 5 } },
      'All 2 deployments failed, rollbacks not counted: 100 %. The incident sources of 2 of the 5 services are known.',
    ],
    [
      { failed: 1, count: 8, value: 0.125, coverage: { with: 1, of: 1 } },
      '1 of the 8 deployments failed, rollbacks not counted: 12.5 %. The incident source of the only service is known.',
    ],
  ])('says how many deployments failed: %j', (metric, text) => {
    expect(explain('changeFailureRate', metric)).toBe(text);
  });

  it.each([
    [
      { count: 1, p50: 60, open: 0 },
      'The only resolved incident was active for 1 minute; none was open at the end of the window.',
    ],
    [
      { count: 2, p50: 61, open: 1 },
      'Half of the 2 resolved incidents were active for at most 1 minute 1 second; 1 was open at the end of the window.',
    ],
    [
      {
        count: 9,
        p50: 7200,
        open: 2,
        excluded: { resolved_before_opened: 1 },
      },
      'Half of the 9 resolved incidents were active for at most 2 hours; 2 were open at the end of the window. Left out: 1 incident that was resolved before it opened.',
    ],
  ])('says how long incidents were active: %j', (metric, text) => {
    expect(explain('timeToRestore', metric)).toBe(text);
  });

  it.each([
    [
      { count: 1, p50: 60, excluded: { recovered_before_failure: 2 } },
      'The only failed deployment that recovered did so within 1 minute. Left out: 2 failed deployments that recovered before they failed.',
    ],
    [
      { count: 2, p50: 60 },
      'Half of the 2 failed deployments that recovered did so within 1 minute.',
    ],
  ])('says how long failures took to recover: %j', (metric, text) => {
    expect(explain('failedDeploymentRecoveryTime', metric)).toBe(text);
  });

  it.each([
    [0, 1, 'The only deployment was not a rollback, hotfix or remediation: 0'],
    [1, 1, 'The only deployment was a rollback, hotfix or remediation: 100'],
    [
      0,
      4,
      'None of the 4 deployments was a rollback, hotfix or remediation: 0',
    ],
    [1, 4, '1 of the 4 deployments was a rollback, hotfix or remediation: 25'],
    [
      2,
      4,
      '2 of the 4 deployments were rollbacks, hotfixes or remediations: 50',
    ],
    [4, 4, 'All 4 deployments were rollbacks, hotfixes or remediations: 100'],
  ])('says that %i of %i were rework', (rework, count, text) => {
    const metric = { rework, count, value: rework / count };
    expect(explain('deploymentReworkRate', metric)).toBe(`${text} %.`);
  });

  it.each([
    [0, 1, 'The only finished deployment failed: 0'],
    [1, 0, 'The only finished deployment succeeded: 100'],
    [0, 2, 'None of the 2 finished deployments succeeded: 0'],
    [1, 1, '1 of the 2 finished deployments succeeded: 50'],
    [9, 0, 'All 9 finished deployments succeeded: 100'],
  ])('says that %i succeeded and %i failed', (succeeded, failed, text) => {
    const metric = {
      succeeded,
      failed,
      value: succeeded / (succeeded + failed),
    };
    expect(explain('deploymentSuccessRate', metric)).toBe(`${text} %.`);
  });

  it.each<[MetricStatus, RegExp]>([
    ['no_data', /^No deployment has finished here before the end/],
    ['no_deployments', /^Nothing was deployed in the window\.$/],
    ['no_incident_source', /^Nobody reports incidents here, so silence/],
    ['contents_unknown', /^No deployment in the window names a commit/],
    ['no_changes', /^Nothing was deployed in the window that had not/],
    ['inconsistent', /^Every row contradicts itself/],
    ['only_open', /^Incidents are open, and none was resolved/],
    ['no_incidents', /^No incident was resolved in the window/],
    ['no_failures', /^No failed deployment recovered in the window\.$/],
  ])('says why there is none: %s', (status, text) => {
    expect(explain('leadTime', { status })).toMatch(text);
  });

  it('says what is known although there is no number', () => {
    const status = 'no_incident_source';
    const rate = (failed: number, count: number) =>
      explain('changeFailureRate', { status, failed, count });
    expect(rate(0, 3)).toMatch(/annotate the entity\.$/);
    expect(rate(1, 1)).toMatch(/entity\. The only deployment failed\.$/);
    expect(rate(1, 3)).toMatch(/ At least 1 of the 3 deployments failed\.$/);
    expect(rate(3, 3)).toMatch(/ All 3 deployments failed\.$/);
    const open = (count: number) =>
      explain('timeToRestore', { status: 'only_open', open: count });
    expect(open(1)).toMatch(/^1 incident is open, and none was resolved/);
    expect(open(2)).toMatch(/^2 incidents are open, and none was resolved/);
    const excluded = { deployed_before_commit: 3 };
    expect(explain('leadTime', { status: 'inconsistent', excluded })).toBe(
      'Every row contradicts itself; the evidence lists them. Left out: 3 changes that were deployed before their commits.',
    );
  });

  it('writes numbers as its reader does', () => {
    const german = {
      number: (value: number) => value.toLocaleString('de'),
      frequency: (perDay: number) => `${perDay.toLocaleString('de')} a day`,
      duration: (seconds: number) => `${seconds.toLocaleString('de')} s`,
      ratio: (value: number) => `${(100 * value).toLocaleString('de')} %`,
    };
    const say = <Name extends MetricName>(
      name: Name,
      metric: Partial<Metrics[Name]>,
    ) =>
      explainMetric(
        name,
        { ...NOTHING[name], status: 'ok', ...metric } as Metrics[Name],
        german,
      );
    expect(
      say('changeFailureRate', {
        failed: 1001,
        count: 8008,
        value: 0.125,
        coverage: { with: 2000, of: 3000 },
      }),
    ).toBe(
      '1.001 of the 8.008 deployments failed, rollbacks not counted: 12,5 %. The incident sources of 2.000 of the 3.000 services are known.',
    );
    expect(
      say('leadTime', {
        p50: 3600.5,
        count: 4000,
        lowerBound: 1500,
        coverage: { with: 1000, of: 1000 },
        excluded: { commit_time_unknown: 2500 },
      }),
    ).toBe(
      'Half of the 4.000 changes took at most 3.600,5 s from commit to deployment; 1.500 of them may have taken longer, because their commit times are unknown. The contents of all 1.000 deployments are known. Left out: 2.500 changes whose commit times are unknown.',
    );
    expect(
      say('deploymentFrequency', { count: 2000, value: 1.5, medianGap: 1000 }),
    ).toBe(
      '2.000 successful deployments in the window, or 1,5 a day; half of the gaps between those of a service are at most 1.000 s.',
    );
    expect(
      say('timeToRestore', { count: 1200, p50: 60.5, open: 1100 }),
    ).toContain(
      '1.200 resolved incidents were active for at most 60,5 s; 1.100 were',
    );
  });

  it('is there for every metric', () => {
    const texts = explainMetrics(NOTHING);
    expect(Object.keys(texts)).toEqual([...METRIC_NAMES]);
    expect(texts.timeToRestore).toBe(
      'No incident was resolved in the window, and none is open.',
    );
  });
});

it.each([
  [0, '0 seconds'],
  [0.2, 'less than a second'],
  [1, '1 second'],
  [60, '1 minute'],
  [3601, '1 hour'],
  [90_000, '1 day 1 hour'],
])('says %d seconds in words', (seconds, words) => {
  expect(durationInWords(seconds)).toBe(words);
});

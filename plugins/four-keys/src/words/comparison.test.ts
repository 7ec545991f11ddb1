import { HEALTHY, metricsWithout } from '../fixtures';
import { Formatter } from '../format';
import { sayComparison } from './index';

const format = new Formatter({ locale: 'en-GB', timezone: 'UTC' });

const failing = (value: number) => ({
  ...HEALTHY,
  changeFailureRate: { ...HEALTHY.changeFailureRate, value },
});

describe('the comparison with the window before', () => {
  it.each([
    [0.06, 0.05, '1 point higher than in the window before'],
    [0.05, 0.0742, '2.4 points lower than in the window before'],
    [0.05, 0.05, 'The same as in the window before'],
  ])('says of a rate of %s after %s: %s', (now, before, said) => {
    expect(
      sayComparison(
        'changeFailureRate',
        { now: failing(now), before: failing(before) },
        format,
      ),
    ).toBe(said);
  });

  it('makes no percentage of nothing', () => {
    const before = {
      ...HEALTHY,
      deploymentFrequency: { ...HEALTHY.deploymentFrequency, value: 0 },
    };
    expect(
      sayComparison('deploymentFrequency', { now: HEALTHY, before }, format),
    ).toBe('More than in the window before, which had none');
  });

  it('compares nothing where either side has no number', () => {
    const without = metricsWithout({ leadTime: 'contents_unknown' });
    const pairs = [
      { now: HEALTHY, before: without },
      { now: without, before: HEALTHY },
      { now: HEALTHY, before: null },
    ];
    for (const metrics of pairs) {
      expect(sayComparison('leadTime', metrics, format)).toBe(
        'No comparison with the window before',
      );
    }
  });
});

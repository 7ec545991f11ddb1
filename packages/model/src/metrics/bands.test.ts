import { bandOf } from './bands';

const HOUR = 3600;
const DAY = 24 * HOUR;

describe('bandOf', () => {
  it.each([
    ['frequency', 1, 2024, 'elite'],
    ['frequency', 5 / 35, 2024, 'high'],
    ['frequency', 0.0333, 2024, 'low'],
    ['frequency', 5 / 182, 2021, 'medium'],
    ['frequency', 5, 2022, 'high'],
    ['leadTime', DAY - 1, 2024, 'elite'],
    ['leadTime', DAY, 2024, 'high'],
    ['leadTime', 182 * DAY, 2021, 'low'],
    ['failureRate', 0.05, 2024, 'elite'],
    ['failureRate', 0.2, 2024, 'high'],
    ['failureRate', 0.21, 2024, 'low'],
    ['failureRate', 0.16, 2019, 'low'],
    ['failureRate', 0.1, 2023, 'high'],
    ['failureRate', 0.3, 2022, 'medium'],
    ['restore', HOUR, 2019, 'high'],
    ['restore', DAY, 2024, 'low'],
    ['restore', DAY, 2023, 'medium'],
  ] as const)('puts a %s of %s in %s into %s', (metric, value, year, level) => {
    expect(bandOf(metric, value, 5, year)).toEqual({ year, level });
  });

  it('has none without a number or below five rows', () => {
    expect(bandOf('leadTime', null, 9, 2024)).toBeNull();
    expect(bandOf('leadTime', 1, 4, 2024)).toBeNull();
  });
});

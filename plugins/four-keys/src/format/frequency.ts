const PERIODS = [
  { days: 1, name: 'a day' },
  { days: 7, name: 'a week' },
  { days: 30, name: 'a month' },
];

const YEAR = { days: 365, name: 'a year' };

/** A rate a day, in the shortest period that it fills: `2 a week`. */
export function formatFrequency(
  perDay: number,
  formatNumber: (value: number, fractionDigits: number) => string,
): string {
  if (perDay === 0) {
    return 'none';
  }
  const period = PERIODS.find(({ days }) => perDay * days >= 1) ?? YEAR;
  const rate = perDay * period.days;
  return `${formatNumber(rate, rate < 10 ? 1 : 0)} ${period.name}`;
}

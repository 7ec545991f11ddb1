const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How exactly people say a duration: the longer it is, the more roughly. */
const PRECISION = [
  { below: 10 * MINUTE, step: 1 },
  { below: DAY, step: MINUTE },
  { below: 14 * DAY, step: HOUR },
  { below: Infinity, step: DAY },
];

const UNITS = [
  { seconds: DAY, symbol: 'd' },
  { seconds: HOUR, symbol: 'h' },
  { seconds: MINUTE, symbol: 'min' },
  { seconds: 1, symbol: 's' },
];

function roundToPrecision(seconds: number): number {
  const { step } =
    PRECISION.find(({ below }) => seconds < below) ??
    PRECISION[PRECISION.length - 1];
  return Math.round(seconds / step) * step;
}

/**
 * A duration in seconds as people say it: `4 h 12 min`. The unit symbols are
 * the international ones, so only the numbers follow the locale.
 */
export function formatDuration(
  seconds: number,
  formatNumber: (value: number) => string,
): string {
  if (seconds > 0 && seconds < 1) {
    return 'under 1\u00a0s';
  }
  const parts: string[] = [];
  let rest = roundToPrecision(seconds);
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) {
      parts.push(`${formatNumber(count)}\u00a0${unit.symbol}`);
    }
  }
  return parts.join(' ') || `${formatNumber(0)}\u00a0s`;
}

import type {
  MetricName,
  Metrics,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';

const DIRECTIONS: Record<Metrics[MetricName]['unit'], [string, string]> = {
  'deployments/day': ['more', 'fewer'],
  seconds: ['longer', 'shorter'],
  ratio: ['higher', 'lower'],
};

const valueOf = (name: MetricName, metrics: Metrics): number | null =>
  metrics[name].status === 'ok' ? metrics[name].value : null;

/** Differences smaller than this are said to be none. */
const SAME = 0.0005;

/**
 * How a number differs from that of the window before: `12% longer than
 * before`, `1.2 points lower than before`, or that there is nothing to compare.
 */
export function sayComparison(
  name: MetricName,
  metrics: { readonly now: Metrics; readonly before: Metrics | null },
  format: Formatter,
): string {
  const now = valueOf(name, metrics.now);
  const before = metrics.before && valueOf(name, metrics.before);
  if (now === null || before === null) {
    return 'No comparison with the window before';
  }
  const { unit } = metrics.now[name];
  const [up, down] = DIRECTIONS[unit];
  if (Math.abs(now - before) < SAME) {
    return 'The same as in the window before';
  }
  const direction = now > before ? up : down;
  if (unit === 'ratio') {
    const points = format.number(Math.abs(now - before) * 100, 1);
    return `${points} ${
      points === format.number(1) ? 'point' : 'points'
    } ${direction} than in the window before`;
  }
  // Of nothing there is no percentage.
  return before === 0
    ? 'More than in the window before, which had none'
    : `${format.ratio(
        Math.abs(now - before) / before,
      )} ${direction} than in the window before`;
}

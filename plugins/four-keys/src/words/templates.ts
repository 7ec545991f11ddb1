import type {
  ComparedMetric,
  Estimate,
  TemplateComparisonRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';

/** What two versions are compared by, and whether less of it is better. */
export const COMPARED_WORDS: Record<
  ComparedMetric,
  { readonly title: string; readonly isLessBetter: boolean }
> = {
  runSuccessRate: { title: 'Runs that succeed', isLessBetter: false },
  runDuration: { title: 'Duration of a run (median)', isLessBetter: true },
  timeToFirstDeployment: {
    title: 'Time to first deployment (median)',
    isLessBetter: true,
  },
  leadTime: { title: 'Lead time for changes (median)', isLessBetter: true },
  changeFailureRate: { title: 'Change failure rate', isLessBetter: true },
  deploymentSuccessRate: {
    title: 'Deployments that come through',
    isLessBetter: false,
  },
  timeToRestore: { title: 'Time to restore (median)', isLessBetter: true },
};

type Unit = TemplateComparisonRow['unit'];

const sayNumber = (value: number, unit: Unit, format: Formatter) =>
  unit === 'ratio' ? format.ratio(value) : format.duration(value);

/** `4 h 12 min`, or that there is none. */
export const sayEstimate = (
  { value }: Pick<Estimate, 'value'>,
  unit: Unit,
  format: Formatter,
): string => (value === null ? 'None yet' : sayNumber(value, unit, format));

/** `3 h to 5 h with 95 % confidence, n = 24`. */
export function sayCertainty(
  { low, high, count }: Estimate,
  unit: Unit,
  format: Formatter,
): string {
  const n = `n = ${format.number(count)}`;
  return low === null || high === null
    ? n
    : `${sayNumber(low, unit, format)} to ${sayNumber(
        high,
        unit,
        format,
      )}, ${n}`;
}

function saySigned(value: number, unit: Unit, format: Formatter): string {
  if (unit === 'ratio') {
    return `${value < 0 ? '−' : '+'}${format.number(
      Math.abs(value) * 100,
      1,
    )} points`;
  }
  return `${value < 0 ? '−' : '+'}${format.duration(Math.abs(value))}`;
}

/** `−2 h (−3 h to −1 h)`; null: nothing can be said. */
export function sayDifference(
  { difference: { value, low, high }, unit }: TemplateComparisonRow,
  format: Formatter,
): string | null {
  if (value === null || low === null || high === null) {
    return null;
  }
  return `${saySigned(value, unit, format)} (${saySigned(
    low,
    unit,
    format,
  )} to ${saySigned(high, unit, format)})`;
}

/** What the difference says, as a sentence. */
export function sayVerdict({
  metric,
  verdict,
  a,
  b,
}: TemplateComparisonRow): string {
  const { isLessBetter } = COMPARED_WORDS[metric];
  switch (verdict) {
    case 'too_few':
      return `Too little data: ${Math.min(
        a.count,
        b.count,
      )} on one side, 5 are needed`;
    case 'unclear':
      return 'No clear difference';
    default: {
      const better = (verdict === 'lower') === isLessBetter;
      return better ? 'Better' : 'Worse';
    }
  }
}

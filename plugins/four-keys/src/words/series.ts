import type {
  MetricName,
  SeriesPoint,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { METRIC_WORDS } from './metrics';

type SeriesField = Exclude<keyof SeriesPoint, 'start' | 'partial'>;

const FIELDS: Partial<Record<MetricName, SeriesField>> = {
  deploymentFrequency: 'deployments',
  leadTime: 'leadTimeP50',
  changeFailureRate: 'changeFailureRate',
  timeToRestore: 'timeToRestoreP50',
};

/** The points of a metric over the window; null: it has no series. */
export function seriesOf(
  name: MetricName,
  series: readonly SeriesPoint[],
): Array<number | null> | null {
  const field = FIELDS[name];
  return field === undefined || series.length === 0
    ? null
    : series.map(point => point[field]);
}

/** What a person who does not see the bars should know. */
export function saySeries(
  name: MetricName,
  series: readonly SeriesPoint[],
  format: Formatter,
): string {
  const { title } = METRIC_WORDS[name];
  const known = (seriesOf(name, series) ?? []).filter(value => value !== null);
  if (known.length === 0) {
    return `${title}: nothing to draw`;
  }
  const say = (value: number) =>
    name === 'deploymentFrequency'
      ? format.count(value, 'deployment')
      : METRIC_WORDS[name].value(value, format);
  const partial = series.filter(point => point.partial).length;
  return `${title} in ${format.count(
    series.length,
    'step',
  )} over the window: between ${say(Math.min(...known))} and ${say(
    Math.max(...known),
  )}, lately ${say(known[known.length - 1])}${
    partial > 0 ? `; ${format.count(partial, 'step')} cut by the window` : ''
  }`;
}

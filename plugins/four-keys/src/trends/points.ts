import type {
  MetricName,
  MetricsAnswer,
  SeriesBucket,
  SeriesPoint,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import type { Instants } from '../state';
import { METRIC_WORDS, seriesOf } from '../words';
import type { AxisUnit } from './axis';

/** The metrics that have a series. */
export const TRENDS = [
  'deploymentFrequency',
  'leadTime',
  'changeFailureRate',
  'timeToRestore',
] as const satisfies readonly MetricName[];

export type TrendName = (typeof TRENDS)[number];

export const TREND_UNITS: Record<TrendName, AxisUnit> = {
  deploymentFrequency: 'count',
  leadTime: 'duration',
  changeFailureRate: 'ratio',
  timeToRestore: 'duration',
};

/** A bucket of a chart, ready to be drawn and read. */
export interface TrendPoint extends Instants {
  /** Null: there is no number, which is not 0. */
  readonly value: number | null;
  readonly isPartial: boolean;
  /** Where in time it is, in few words: `5 May`. */
  readonly tick: string;
  /** Where in time it is: `Week of 5 May 2026`. */
  readonly when: string;
  /** Its number in words. */
  readonly said: string;
}

export function sayTrendValue(
  name: TrendName,
  value: number | null,
  format: Formatter,
): string {
  if (value === null) {
    return 'No number';
  }
  return name === 'deploymentFrequency'
    ? format.count(value, 'deployment')
    : METRIC_WORDS[name].value(value, format);
}

/** The part of a bucket that lies in the window. */
const spanOf = (
  series: readonly SeriesPoint[],
  index: number,
  window: Instants,
): Instants => {
  const end = series[index + 1]?.start ?? window.to;
  const { start } = series[index];
  return {
    from: Date.parse(start) < Date.parse(window.from) ? window.from : start,
    to: Date.parse(end) > Date.parse(window.to) ? window.to : end,
  };
};

/** The points of one metric over the window. */
export function trendPoints(
  name: TrendName,
  { series, window }: Pick<MetricsAnswer, 'series' | 'window'>,
  { bucket, format }: { bucket: SeriesBucket; format: Formatter },
): TrendPoint[] {
  const values = seriesOf(name, series) ?? [];
  return values.map((value, index) => ({
    ...spanOf(series, index, window),
    value,
    isPartial: series[index].partial,
    tick: format.bucketTick(series[index].start, bucket),
    when: format.bucket(series[index].start, bucket),
    said: sayTrendValue(name, value, format),
  }));
}

import type { Formatter } from '../format';
import type { TrendName, TrendPoint } from './points';

/** What a chart of one metric shows; apart, as the chart itself comes late. */
export interface TrendChartProps {
  readonly name: TrendName;
  /** What the chart is called. */
  readonly label: string;
  readonly points: readonly TrendPoint[];
  readonly format: Formatter;
  /** Somebody wants to know what a bar is made of. */
  readonly onPoint: (point: TrendPoint) => void;
}

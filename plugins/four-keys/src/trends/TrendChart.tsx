import { useId, useRef, type KeyboardEvent } from 'react';
import {
  Bar,
  BarChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type BarShapeProps,
  type TooltipContentProps,
} from 'recharts';
import { axisTicks } from './axis';
import { sayTrendValue, TREND_UNITS, type TrendPoint } from './points';
import type { TrendChartProps } from './trendChartProps';
import { PointNote } from './PointNote';
import styles from './TrendChart.module.css';

/** As high as a card keeps free for it, in pixels. */
const HEIGHT = 180;

/** A zero is a line on the floor: it is a number, and no number is not. */
const FLOOR = 2;

const CURSOR = { fill: 'var(--bui-bg-neutral-2)' };
const MARGIN = { top: 8, right: 4, bottom: 0, left: 0 };
const TICK = { fill: 'currentColor', fontSize: 12 };
const SIZE_BEFORE_MEASURED = { width: 480, height: HEIGHT };

const PointBar = ({
  x,
  y,
  width,
  height,
  payload,
  hatch,
}: BarShapeProps & { hatch: string }) => {
  const { value, isPartial } = payload as TrendPoint;
  if (value === null) {
    return null;
  }
  const drawn = Math.max(FLOOR, Number(height));
  const className = value === 0 ? styles.zero : styles.bar;
  return (
    <rect
      x={x}
      y={Number(y) + Number(height) - drawn}
      width={width}
      height={drawn}
      rx={drawn > FLOOR ? 2 : 0}
      className={isPartial ? styles.partial : className}
      fill={isPartial ? `url(#${hatch})` : undefined}
      data-partial={isPartial || undefined}
    />
  );
};

/** Lines from corner to corner, for what is not whole. */
const Hatch = ({ id }: { id: string }) => (
  <pattern
    id={id}
    width="6"
    height="6"
    patternUnits="userSpaceOnUse"
    patternTransform="rotate(45)"
  >
    <line x1="0" y1="0" x2="0" y2="6" className={styles.hatch} />
  </pattern>
);

/**
 * The buckets of a metric as bars. A bar, or Enter on the one that the arrow
 * keys have reached, opens its evidence.
 */
export default function TrendChart({
  name,
  label,
  points,
  format,
  onPoint,
}: TrendChartProps) {
  const hatch = useId();
  const reached = useRef<TrendPoint>();
  const unit = TREND_UNITS[name];
  const ticks = axisTicks(
    unit,
    Math.max(0, ...points.map(({ value }) => value ?? 0)),
  );
  const openReached = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && reached.current) {
      onPoint(reached.current);
    }
  };
  return (
    // The chart itself takes the focus and the arrow keys; this hears Enter.
    <div role="presentation" className={styles.chart} onKeyDown={openReached}>
      <ResponsiveContainer
        width="100%"
        height={HEIGHT}
        initialDimension={SIZE_BEFORE_MEASURED}
      >
        <BarChart
          data={points as TrendPoint[]}
          margin={MARGIN}
          aria-label={label}
          onClick={({ activeTooltipIndex }) => {
            const point = points[Number(activeTooltipIndex)];
            if (point) {
              onPoint(point);
            }
          }}
        >
          <defs>
            <Hatch id={hatch} />
          </defs>
          <CartesianGrid vertical={false} className={styles.grid} />
          <XAxis
            dataKey="tick"
            tick={TICK}
            tickLine={false}
            minTickGap={24}
            interval="preserveStartEnd"
          />
          <YAxis
            tick={TICK}
            ticks={ticks}
            domain={[0, ticks[ticks.length - 1]]}
            tickFormatter={value =>
              unit === 'count'
                ? format.number(value)
                : sayTrendValue(name, value, format)
            }
            tickLine={false}
            axisLine={false}
            width="auto"
          />
          <Tooltip
            cursor={CURSOR}
            isAnimationActive={false}
            content={({ active, payload }: TooltipContentProps) => (
              <PointNote
                point={active ? (payload[0]?.payload as TrendPoint) : undefined}
                reached={reached}
              />
            )}
          />
          <Bar
            dataKey="value"
            isAnimationActive={false}
            shape={(props: BarShapeProps) => (
              <PointBar {...props} hatch={hatch} />
            )}
          />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

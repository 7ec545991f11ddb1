import styles from './Sparkline.module.css';

const WIDTH = 96;
const HEIGHT = 24;
const FLOOR = 1;

/**
 * Small bars of a series. A bucket without a number has no bar, a zero has a
 * line on the floor: the two are not the same.
 */
export const Sparkline = ({
  values,
  partial = [],
  label,
}: {
  values: ReadonlyArray<number | null>;
  /** Which of them are cut by the window; they are drawn hollow. */
  partial?: readonly boolean[];
  /** What a person who does not see the bars should know. */
  label: string;
}) => {
  const most = Math.max(0, ...values.map(value => value ?? 0));
  const step = WIDTH / Math.max(1, values.length);
  const heightOf = (value: number) =>
    most === 0 ? FLOOR : Math.max(FLOOR, (value / most) * HEIGHT);
  return (
    <svg
      role="img"
      aria-label={label}
      className={styles.sparkline}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {values.map((value, index) =>
        value === null ? null : (
          <rect
            // A bucket is nothing but its place in the series.
            key={index}
            x={index * step}
            y={HEIGHT - heightOf(value)}
            width={Math.max(0.5, step * 0.75)}
            height={heightOf(value)}
            data-zero={value === 0 || undefined}
            data-partial={partial[index] || undefined}
          />
        ),
      )}
    </svg>
  );
};

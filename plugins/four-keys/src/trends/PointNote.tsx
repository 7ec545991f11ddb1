import { useEffect, type MutableRefObject } from 'react';
import type { TrendPoint } from './points';
import styles from './TrendChart.module.css';

export const PARTIAL_NOTE =
  'Not whole: cut by the window, by now, or by the first deployment.';

/** What the bar says that a pointer or the arrow keys have reached. */
export const PointNote = ({
  point,
  reached,
}: {
  point: TrendPoint | undefined;
  /** Told which one it is. */
  reached: MutableRefObject<TrendPoint | undefined>;
}) => {
  useEffect(() => {
    reached.current = point;
  }, [point, reached]);
  return point ? (
    <div className={styles.note}>
      <strong>{point.said}</strong>
      <span>{point.when}</span>
      {point.isPartial && <span>{PARTIAL_NOTE}</span>}
    </div>
  ) : null;
};

import type {
  MetricsAnswer,
  SeriesBucket,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { Note } from '../components';
import type { Instants } from '../state';
import { TRENDS, type TrendName } from './points';
import { TrendCard } from './TrendCard';
import styles from './Trends.module.css';

const STEPS: Record<SeriesBucket, string> = {
  day: 'Day by day',
  week: 'Week by week, from Monday',
  month: 'Month by month',
};

/** The metrics over the window, beside each other. */
export const Trends = ({
  answer,
  bucket,
  format,
  isStale = false,
  onSpan,
}: {
  answer: Pick<MetricsAnswer, 'series' | 'window'> | undefined;
  bucket: SeriesBucket;
  format: Formatter;
  /** What is drawn answers an earlier question. */
  isStale?: boolean;
  onSpan: (name: TrendName, span: Instants) => void;
}) => (
  <div className={styles.container} data-stale={isStale || undefined}>
    <Note>
      {`${STEPS[bucket]}. Hatched: not whole, cut by the window or by now. A bar opens its evidence.`}
    </Note>
    <div className={styles.charts}>
      {TRENDS.map(name => (
        <TrendCard
          key={name}
          name={name}
          answer={answer}
          bucket={bucket}
          format={format}
          onSpan={span => onSpan(name, span)}
        />
      ))}
    </div>
  </div>
);

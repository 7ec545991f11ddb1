import { Button, Card, Skeleton, Text } from '@backstage/ui';
import type {
  MetricsAnswer,
  SeriesBucket,
} from '@four-keys/backstage-plugin-four-keys-common';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Note } from '../components';
import type { Formatter } from '../format';
import type { Instants } from '../state';
import { METRIC_WORDS, saySeries } from '../words';
import { trendPoints, type TrendName } from './points';
import styles from './TrendCard.module.css';
import { TrendTable } from './TrendTable';

/** Charts come when a page has painted what is read first. */
const TrendChart = lazy(() => import('./TrendChart'));

const ChartSkeleton = () => <Skeleton width="100%" height={180} />;

/** One metric over the window: as bars, or as the table behind them. */
export const TrendCard = ({
  name,
  answer,
  bucket,
  format,
  onSpan,
}: {
  name: TrendName;
  /** Without one: the place where the chart will be. */
  answer: Pick<MetricsAnswer, 'series' | 'window'> | undefined;
  bucket: SeriesBucket;
  format: Formatter;
  /** Somebody wants to know what a part of the window is made of. */
  onSpan: (span: Instants) => void;
}) => {
  const [isTable, setTable] = useState(false);
  const { title } = METRIC_WORDS[name];
  const points = useMemo(
    () => answer && trendPoints(name, answer, { bucket, format }),
    [name, answer, bucket, format],
  );
  const hasNumbers = points?.some(({ value }) => value !== null);
  const parts = points && { name, points, onPoint: onSpan };
  return (
    <Card className={styles.card}>
      <div className={styles.head}>
        <Text as="h3" variant="body-medium" weight="bold">
          {title}
        </Text>
        {hasNumbers && (
          <Button
            size="small"
            variant="tertiary"
            aria-label={`${title}: show as ${isTable ? 'a chart' : 'a table'}`}
            onPress={() => setTable(!isTable)}
          >
            {isTable ? 'As a chart' : 'As a table'}
          </Button>
        )}
      </div>
      {!parts && <ChartSkeleton />}
      {parts && !hasNumbers && (
        <div className={styles.empty}>
          <Note>
            There is no number in any step of this window; the tile above says
            why.
          </Note>
        </div>
      )}
      {parts && hasNumbers && isTable && (
        <TrendTable {...parts} label={`${title} over the window`} />
      )}
      {parts && hasNumbers && !isTable && (
        <Suspense fallback={<ChartSkeleton />}>
          <TrendChart
            {...parts}
            format={format}
            label={saySeries(name, answer?.series ?? [], format)}
          />
        </Suspense>
      )}
    </Card>
  );
};

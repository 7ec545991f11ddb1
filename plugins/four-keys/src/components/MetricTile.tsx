import { Button, Card, Skeleton, Text } from '@backstage/ui';
import type {
  MetricName,
  Metrics,
  SeriesPoint,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import {
  bandOf,
  METRIC_WORDS,
  sayComparison,
  sayFacts,
  sayNullState,
  saySeries,
  sayValue,
  seriesOf,
} from '../words';
import { BandMark } from './BandMark';
import styles from './MetricTile.module.css';
import { Note } from './Note';
import { Sparkline } from './Sparkline';

const TileFrame = ({
  name,
  children,
}: {
  name: MetricName;
  children: React.ReactNode;
}) => (
  <Card className={styles.tile}>
    <div>
      <Text as="h3" variant="body-medium" weight="bold">
        {METRIC_WORDS[name].title}
      </Text>
      <Note>{METRIC_WORDS[name].question}</Note>
    </div>
    {children}
  </Card>
);

const Trend = ({
  name,
  series,
  format,
}: {
  name: MetricName;
  series: readonly SeriesPoint[];
  format: Formatter;
}) => {
  const values = seriesOf(name, series);
  return (
    values && (
      <Sparkline
        values={values}
        partial={series.map(point => point.partial)}
        label={saySeries(name, series, format)}
      />
    )
  );
};

/** A metric: its number, where that stands, and what it is made of. */
export const MetricTile = ({
  name,
  metrics,
  previous,
  series,
  environment,
  format,
  onEvidence,
}: {
  name: MetricName;
  metrics: Metrics;
  /** Undefined: on their way; null: they could not be had. */
  previous: Metrics | null | undefined;
  series: readonly SeriesPoint[];
  environment: string;
  format: Formatter;
  onEvidence: (name: MetricName) => void;
}) => {
  const missing = sayNullState(name, { metrics, environment, format });
  const band = bandOf(name, metrics);
  return (
    <TileFrame name={name}>
      {missing ? (
        <div>
          <Text as="p" variant="body-medium" weight="bold">
            {missing.what}
          </Text>
          <Note>{missing.todo}</Note>
        </div>
      ) : (
        <div className={styles.number}>
          <div className={styles.line}>
            <Text as="p" variant="title-small" weight="bold">
              {sayValue(name, metrics, format)}
            </Text>
            <Trend name={name} series={series} format={format} />
          </div>
          {previous === undefined ? (
            <Skeleton width="70%" height={16} />
          ) : (
            <Note>
              {sayComparison(name, { now: metrics, before: previous }, format)}
            </Note>
          )}
          {band && <BandMark band={band} />}
        </div>
      )}
      <ul className={styles.facts}>
        {sayFacts(name, metrics, format).map(fact => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <Button
        size="small"
        variant="tertiary"
        className={styles.evidence}
        aria-label={`Show the evidence of ${METRIC_WORDS[
          name
        ].title.toLowerCase()}`}
        onPress={() => onEvidence(name)}
      >
        Show the evidence
      </Button>
    </TileFrame>
  );
};

/** The place of a tile whose number is on its way. */
export const MetricTileSkeleton = ({ name }: { name: MetricName }) => (
  <TileFrame name={name}>
    <Skeleton width="60%" height={28} />
    <Skeleton width="70%" height={16} />
    <div className={styles.facts}>
      <Skeleton width="80%" height={12} />
      <Skeleton width="50%" height={12} />
    </div>
    <Skeleton width="40%" height={24} />
  </TileFrame>
);

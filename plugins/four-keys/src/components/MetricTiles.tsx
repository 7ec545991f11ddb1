import type {
  MetricName,
  Metrics,
  MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { MetricTile, MetricTileSkeleton } from './MetricTile';
import styles from './MetricTiles.module.css';

const TILES: readonly MetricName[] = [
  'deploymentFrequency',
  'leadTime',
  'changeFailureRate',
  'timeToRestore',
  'failedDeploymentRecoveryTime',
  'deploymentReworkRate',
];

/** The six metrics of a scope; without an answer: the places where they will be. */
export const MetricTiles = ({
  answer,
  previous,
  environment,
  format,
  isStale = false,
  onEvidence,
}: {
  answer: Pick<MetricsAnswer, 'metrics' | 'series'> | undefined;
  /** Of the window before; undefined: on their way; null: they could not be had. */
  previous: Metrics | null | undefined;
  environment: string;
  format: Formatter;
  /** The numbers answer an earlier question; others are on their way. */
  isStale?: boolean;
  onEvidence: (name: MetricName) => void;
}) => (
  <div className={styles.container}>
    <ul
      className={styles.tiles}
      aria-label="Six metrics"
      aria-busy={isStale || answer === undefined}
      data-stale={(isStale && answer !== undefined) || undefined}
    >
      {TILES.map(name => (
        <li key={name}>
          {answer ? (
            <MetricTile
              name={name}
              metrics={answer.metrics}
              previous={previous}
              series={answer.series}
              environment={environment}
              format={format}
              onEvidence={onEvidence}
            />
          ) : (
            <MetricTileSkeleton name={name} />
          )}
        </li>
      ))}
    </ul>
  </div>
);

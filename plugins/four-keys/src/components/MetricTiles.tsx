import type {
  MetricName,
  Metrics,
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

/** The six metrics of a scope; without metrics: the places where they will be. */
export const MetricTiles = ({
  metrics,
  environment,
  format,
  isStale = false,
  onEvidence,
}: {
  metrics: Metrics | undefined;
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
      aria-busy={isStale || metrics === undefined}
      data-stale={(isStale && metrics !== undefined) || undefined}
    >
      {TILES.map(name => (
        <li key={name}>
          {metrics ? (
            <MetricTile
              name={name}
              metrics={metrics}
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

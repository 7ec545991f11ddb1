import type {
  Band,
  BandLevel,
  MetricName,
  Metrics,
} from '@four-keys/backstage-plugin-four-keys-common';

/** The levels from the worst to the best, as the reports name them. */
export const BAND_LEVELS: readonly BandLevel[] = [
  'low',
  'medium',
  'high',
  'elite',
];

const NAMES: Record<BandLevel, string> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  elite: 'Elite',
};

/** `High in DORA 2024`. */
export const sayBand = ({ level, year }: Band): string =>
  `${NAMES[level]} in DORA ${year}`;

/** The band of a metric; null where it has none, as some metrics never do. */
export function bandOf(name: MetricName, metrics: Metrics): Band | null {
  const metric = metrics[name];
  return 'band' in metric ? metric.band : null;
}

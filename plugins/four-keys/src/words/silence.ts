import type { MetricsRow } from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';

const QUIET_DAYS = 14;

/** So many times its usual pause makes a silence. */
const UNUSUAL = 4;

const DAY = 86400;

/**
 * What is odd about when a service deployed last; null: nothing. A service is
 * silent when it has not deployed for two weeks, and either not in the whole
 * window or for four times its usual pause.
 */
export function saySilence(
  row: Pick<MetricsRow, 'lastDeploymentAt' | 'metrics'>,
  context: { environment: string; asOf: string; format: Formatter },
): string | null {
  const { environment, asOf, format } = context;
  if (row.lastDeploymentAt === null) {
    return `Not in ${environment} yet`;
  }
  const { count, medianGap } = row.metrics.deploymentFrequency;
  const seconds = (Date.parse(asOf) - Date.parse(row.lastDeploymentAt)) / 1000;
  if (seconds < QUIET_DAYS * DAY) {
    return null;
  }
  const unusual = medianGap !== null && seconds >= UNUSUAL * medianGap;
  if (count > 0 && !unusual) {
    return null;
  }
  return `Silent for ${format.count(Math.floor(seconds / DAY), 'day')}`;
}

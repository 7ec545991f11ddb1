/**
 * What of the platform is still alpha, in one place, so that a change of it is
 * a change of one file.
 */
export { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
export type {
  MetricsService,
  MetricsServiceObservableResult,
} from '@backstage/backend-plugin-api/alpha';

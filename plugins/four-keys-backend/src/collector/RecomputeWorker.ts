import type { LoggerService } from '@backstage/backend-plugin-api';
import type { PipelineMetrics } from '../observability';
import { Loop } from './Loop';

export interface RecomputeWorkerOptions {
  /** Recomputes some of what is dirty; resolves to how many services that were, 0: nothing is dirty. */
  readonly recompute: (signal: AbortSignal) => Promise<{ services: number }>;
  readonly logger: LoggerService;
  readonly metrics: PipelineMetrics;
  readonly clock: () => number;
  /** How long to wait for the bell before looking anyway, in milliseconds. */
  readonly idleMs?: number;
}

/**
 * Recomputes what became dirty, until nothing is. Several instances may run:
 * the derivation hands each of them other services.
 */
export class RecomputeWorker extends Loop {
  constructor(options: RecomputeWorkerOptions) {
    super({
      ...options,
      round: signal => measureRound(options, signal),
      failed: 'Recomputation failed and will be tried again',
    });
  }
}

async function measureRound(
  { recompute, metrics }: RecomputeWorkerOptions,
  signal: AbortSignal,
): Promise<number> {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  try {
    const { services } = await recompute(signal);
    // A look that finds nothing would drown the rounds that do something.
    if (services > 0) {
      metrics.recomputed({ services, seconds: seconds(), outcome: 'done' });
    }
    return services;
  } catch (error) {
    metrics.recomputed({ services: 0, seconds: seconds(), outcome: 'failed' });
    throw error;
  }
}

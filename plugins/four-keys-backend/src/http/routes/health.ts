import {
  fourKeysMetricsReadPermission,
  type PipelineHealth,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import type { Authorizer } from '../../permissions';
import { callerOf } from '../requestContext';

/** What tells how the pipeline is. */
export interface HealthReader {
  read(visible: ReadonlySet<string> | null): Promise<PipelineHealth>;
  /** Whether the loops of this process go round. */
  isAlive(): boolean;
  /** Rejects when events could not be taken now. */
  ping(): Promise<void>;
}

/** GET /pipeline/health */
export function getPipelineHealth(options: {
  readonly health: HealthReader;
  readonly authorizer: Authorizer;
}): RequestHandler {
  return async (req, res) => {
    const visible = await options.authorizer.visibleServices(
      callerOf(req),
      fourKeysMetricsReadPermission,
    );
    res.json(await options.health.read(visible));
  };
}

/** GET /health/live */
export function getLiveness({
  health,
}: {
  readonly health: HealthReader;
}): RequestHandler {
  return (_req, res) => {
    const alive = health.isAlive();
    res.status(alive ? 200 : 503).json({ status: alive ? 'ok' : 'down' });
  };
}

/** GET /health/ready */
export function getReady({
  health,
}: {
  readonly health: HealthReader;
}): RequestHandler {
  return async (_req, res) => {
    try {
      await health.ping();
      res.json({ status: 'ok' });
    } catch {
      res.status(503).json({ status: 'down' });
    }
  };
}

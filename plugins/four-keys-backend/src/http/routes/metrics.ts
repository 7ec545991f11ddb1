import {
  EVIDENCE_PARTS,
  METRIC_DIMENSIONS,
  METRIC_NAMES,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import type { AuthorizedMetrics } from '../../permissions';
import {
  EVERY_ENVIRONMENT,
  readBucket,
  readChoice,
  readNumber,
  readPage,
  readScope,
  readTimezone,
  readWindow,
  type Query,
} from '../query';
import { callerOf } from '../requestContext';

/** What the routes that ask questions need. */
export interface QuestionOptions {
  readonly metrics: AuthorizedMetrics;
  readonly clock: () => number;
}

/** What the routes that answer numbers or rows all ask. */
export function readQuestion(
  query: Query,
  now: number,
  defaultEnvironment?: string,
) {
  return {
    scope: readScope(query, defaultEnvironment),
    ...readWindow(query, now),
    timezone: readTimezone(query),
  };
}

/** GET /metrics */
export function getMetrics({
  metrics,
  clock,
}: QuestionOptions): RequestHandler {
  return async (req, res) => {
    const question = {
      ...readQuestion(req.query, clock()),
      bucket: readBucket(req.query),
    };
    res.json(await metrics.answer(callerOf(req), question));
  };
}

/** GET /metrics/by/{dimension} */
export function getTable({ metrics, clock }: QuestionOptions): RequestHandler {
  return async (req, res) => {
    const dimension = readChoice(
      req.params,
      'dimension',
      METRIC_DIMENSIONS,
      'service',
    );
    const question = {
      ...readQuestion(
        req.query,
        clock(),
        dimension === 'environment' ? EVERY_ENVIRONMENT : undefined,
      ),
      bucket: readBucket(req.query),
      dimension,
      sort: readChoice(
        req.query,
        'sort',
        ['key', 'lastDeploymentAt', ...METRIC_NAMES],
        'key',
      ),
      order: readChoice(req.query, 'order', ['asc', 'desc'], 'asc'),
      limit: readNumber(req.query, 'limit', {
        fallback: 100,
        min: 1,
        max: 500,
      }),
      offset: readNumber(req.query, 'offset', {
        fallback: 0,
        min: 0,
        max: 1_000_000,
      }),
    };
    res.json(await metrics.table(callerOf(req), question));
  };
}

/** GET /metrics/{metric}/evidence */
export function getEvidence({
  metrics,
  clock,
}: QuestionOptions): RequestHandler {
  return async (req, res) => {
    const question = {
      ...readQuestion(req.query, clock()),
      ...readPage(req.query),
      metric: readChoice(
        req.params,
        'metric',
        METRIC_NAMES,
        'deploymentFrequency',
      ),
      rows: readChoice(req.query, 'rows', EVIDENCE_PARTS, 'all'),
    };
    res.json(await metrics.evidence(callerOf(req), question));
  };
}

/** GET /deployments, /incidents, /changes */
export function listFacts(
  kind: 'deployments' | 'incidents' | 'changes',
  { metrics, clock }: QuestionOptions,
): RequestHandler {
  return async (req, res) => {
    const question = {
      ...readQuestion(req.query, clock()),
      ...readPage(req.query),
    };
    res.json(await metrics[kind](callerOf(req), question));
  };
}

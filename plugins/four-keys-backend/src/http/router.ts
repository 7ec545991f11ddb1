import type {
  AuditorService,
  HttpAuthService,
  HttpRouterService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { createValidatedOpenApiRouter } from '@backstage/backend-openapi-utils';
import type { Transport } from '@four-keys/backstage-plugin-four-keys-node';
import express, { type RequestHandler, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { Knex } from 'knex';
import type { DerivationSettings } from '../derivation';
import type {
  AuthorizedMetrics,
  AuthorizedReadiness,
  AuthorizedTrace,
  Authorizer,
} from '../permissions';
import { bodyMiddleware } from './body';
import type { Ingest } from './Ingest';
import { problemMiddleware, unknownRoute } from './problems';
import { authenticate } from './requestContext';
import {
  getDeadLetters,
  replayDeadLetter,
  replayDeadLetters,
} from './routes/deadLetters';
import { getDeployment } from './routes/deployment';
import { publishEvents } from './routes/events';
import {
  getLiveness,
  getPipelineHealth,
  getReady,
  type HealthReader,
} from './routes/health';
import { correctLink } from './routes/links';
import { releasePartition } from './routes/quarantine';
import { getEvidence, getMetrics, getTable, listFacts } from './routes/metrics';
import { rebuildServices } from './routes/rebuild';
import { getReadiness } from './routes/readiness';
import { getTrace } from './routes/trace';
import { compareTemplates, getTemplates } from './routes/templates';
import { getSetup } from './routes/setup';
import { tryRules } from './routes/whatIf';
import { spec } from './spec';

export interface RouterOptions {
  readonly httpAuth: HttpAuthService;
  readonly logger: LoggerService;
  readonly auditor: AuditorService;
  readonly authorizer: Authorizer;
  readonly metrics: AuthorizedMetrics;
  readonly readiness: AuthorizedReadiness;
  readonly trace: AuthorizedTrace;
  readonly ingest: Ingest;
  readonly health: HealthReader;
  readonly knex: Knex;
  readonly settings: DerivationSettings;
  readonly transport: Transport;
  /** Whether this instance stores what it reads, or only answers. */
  readonly collects: boolean;
  readonly typePrefix: string;
  readonly clock: () => number;
}

const PROBES = ['/health/live', '/health/ready'];

/**
 * The first segments of our routes. Backstage's own barrier would answer a
 * missing token without a code, so these pass it and meet {@link authenticate}
 * before anything else.
 */
const OPEN_TO_OUR_GATE = [
  ...new Set(Object.keys(spec.paths).map(path => `/${path.split('/')[1]}`)),
  '/openapi.json',
  ...PROBES,
];

/** Mounts the routes of the plugin. */
export function mountRouter(
  httpRouter: HttpRouterService,
  options: RouterOptions,
): void {
  for (const path of OPEN_TO_OUR_GATE) {
    httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
  }
  httpRouter.use(createRouter(options));
}

/** Express 4 loses what an async handler throws; the promise router does not. */
export function createRouter(options: RouterOptions): express.Router {
  const router = PromiseRouter();
  router.use((req, _res, next) => {
    // Backstage's own routes within the plugin are none of ours.
    next(req.path.startsWith('/.') ? 'router' : undefined);
  });
  router.get('/health/live', getLiveness(options));
  router.get('/health/ready', getReady(options));
  // Before the OpenAPI router, which turns every error of its own middleware
  // into one and the same answer.
  router.use(authenticate(options.httpAuth), bodyMiddleware);
  // In place of the one that comes with the OpenAPI router, which turns the
  // description into one of version 3.0.
  router.get('/openapi.json', (req, res) => {
    res.json({ ...spec, servers: [{ url: req.baseUrl }] });
  });
  router.use(createApiRouter(options));
  router.use(problemMiddleware(options.logger));
  return router;
}

/** In place of the default, which would read the body a second time. */
const bodyIsRead: RequestHandler = (_req, _res, next) => next();

function createApiRouter(options: RouterOptions): express.Router {
  const router: Router = createValidatedOpenApiRouter(spec, {
    middleware: [bodyIsRead],
    validatorOptions: {
      // The gate above does that for all routes alike.
      validateSecurity: false,
    },
  });
  router.post('/events', publishEvents(options));
  router.get('/metrics', getMetrics(options));
  router.get('/metrics/by/:dimension', getTable(options));
  router.get('/metrics/:metric/evidence', getEvidence(options));
  router.get('/deployments', listFacts('deployments', options));
  router.get('/deployments/:id', getDeployment(options));
  router.get('/incidents', listFacts('incidents', options));
  router.get('/changes', listFacts('changes', options));
  router.post('/incidents/:id/link', correctLink(options));
  router.get('/templates', getTemplates(options));
  router.get('/templates/:template/comparison', compareTemplates(options));
  router.post('/what-if', tryRules(options));
  router.get('/readiness', getReadiness(options));
  router.get('/trace/:correlationId', getTrace(options));
  router.get('/pipeline/health', getPipelineHealth(options));
  router.get('/pipeline/setup', getSetup(options));
  router.post('/pipeline/rebuild', rebuildServices(options));
  router.get('/dead-letters', getDeadLetters(options));
  router.post('/dead-letters/replay', replayDeadLetters(options));
  router.post('/dead-letters/:id/replay', replayDeadLetter(options));
  router.post(
    '/pipeline/quarantine/:partition/release',
    releasePartition(options),
  );
  router.use(unknownRoute);
  return router;
}

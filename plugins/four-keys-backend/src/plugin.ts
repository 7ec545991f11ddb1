import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { fourKeysPermissions } from '@four-keys/backstage-plugin-four-keys-common';
import { createTransport } from '@four-keys/backstage-plugin-four-keys-node';
import {
  Collector,
  DeadLetterRelay,
  Housekeeping,
  readOrMakeSecret,
  RecentEvents,
  RecomputeWorker,
  Seal,
  SourceTally,
  TableStatistics,
} from './collector';
import { assertPostgres, readFourKeysConfig } from './config';
import { runMigrations } from './database';
import { markDirtyIfSettingsChanged, recomputeDirty } from './derivation';
import { Enricher } from './enrichment';
import {
  createScopeResolver,
  Ingest,
  mountRouter,
  PipelineHealthReader,
} from './http';
import { MetricsStore } from './metrics';
import {
  metricsServiceRef,
  observePipeline,
  PipelineMetrics,
} from './observability';
import {
  AuthorizedMetrics,
  AuthorizedReadiness,
  AuthorizedTrace,
  Authorizer,
  readServiceResourcesById,
  serviceResourceRef,
  serviceRules,
} from './permissions';
import { CatalogSnapshot, prepareSubjects, Readiness } from './readiness';
import { Trace } from './trace';
import { WhatIf } from './whatIf';

/** While events keep coming something is always dirty, and the loop must show that it lives. */
const SERVICES_PER_ROUND = 50;

/**
 * The backend of Four Keys: takes events, stores them, derives deployments,
 * changes and incidents, and answers questions about the DORA metrics.
 *
 * @public
 */
export const fourKeysPlugin = createBackendPlugin({
  pluginId: 'four-keys',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        rootLifecycle: coreServices.rootLifecycle,
        scheduler: coreServices.scheduler,
      },
      async init(deps) {
        const { auditor, auth, catalog, logger, permissions } = deps;
        const { permissionsRegistry, rootLifecycle, scheduler } = deps;
        const config = readFourKeysConfig(deps.config);
        const clock = Date.now;
        const pipelineMetrics = new PipelineMetrics(deps.metrics);

        const knex = await deps.database.getClient();
        assertPostgres(knex);
        const skipMigrations = deps.database.migrations?.skip ?? false;
        if (!skipMigrations) {
          await runMigrations(knex);
        }
        const transport = await createTransport({
          config: deps.config,
          database: { knex, skipMigrations },
          logger,
        });
        const seal = new Seal({
          initiatorKey:
            config.initiatorKey ??
            (await readOrMakeSecret(knex, 'initiator-key')),
          signatureKey: await readOrMakeSecret(knex, 'signature-key'),
        });

        permissionsRegistry.addResourceType({
          resourceRef: serviceResourceRef,
          permissions: fourKeysPermissions,
          rules: serviceRules,
          getResources: services => readServiceResourcesById(knex, services),
        });
        const authorizer = new Authorizer({
          knex,
          permissions,
          permissionsRegistry,
          auditor,
        });

        const settings = {
          environments: config.environments,
          failureWindowMs: config.failureWindowMs,
          incidentSource: config.incidentSource,
          bandYear: config.bandYear,
        };
        const store = new MetricsStore({ knex, settings, clock });
        const metrics = new AuthorizedMetrics({
          store,
          whatIf: new WhatIf({ knex, settings, clock }),
          authorizer,
          resolveScope: createScopeResolver({ knex, transport }),
        });

        const readiness = new AuthorizedReadiness({
          authorizer,
          readiness: new Readiness({
            knex,
            clock,
            rules: config.annotationRules,
            silentAfterMs: config.silentAfterMs,
            snapshot: new CatalogSnapshot({
              catalog,
              auth,
              logger,
              clock,
              maxAgeMs: config.catalogRefreshMs,
              prepare: entities =>
                prepareSubjects(entities, config.annotationRules),
            }),
          }),
        });

        const statistics = new TableStatistics({ knex, clock });
        const worker = new RecomputeWorker({
          recompute: async signal => {
            const done = await recomputeDirty({
              knex,
              settings,
              signal,
              maxServices: SERVICES_PER_ROUND,
            });
            await statistics.refresh();
            return done;
          },
          logger,
          metrics: pipelineMetrics,
          clock,
        });
        const enricher = new Enricher({
          knex,
          catalog,
          auth,
          logger,
          clock,
          refreshMs: config.catalogRefreshMs,
          jiraIncidents: config.jiraIncidents,
        });
        const recent = new RecentEvents();
        const collector = new Collector({
          knex,
          transport,
          enricher,
          seal,
          recent,
          logger,
          metrics: pipelineMetrics,
          clock,
          maxRecords: config.collector.maxRecords,
          maxWaitMs: config.collector.maxWaitMs,
          onStored: () => worker.ring(),
        });
        const deadLetters = transport.sides?.deadLetters;
        const relay =
          deadLetters &&
          new DeadLetterRelay({
            knex,
            writer: deadLetters,
            source: { transport: transport.name, topic: transport.topic },
            logger,
            clock,
          });
        const rejections = new SourceTally();
        const housekeeping = new Housekeeping({
          knex,
          scheduler,
          logger,
          clock,
          keepRawEventsDays: config.rawEventsDays,
          rejections,
        });

        mountRouter(deps.httpRouter, {
          httpAuth: deps.httpAuth,
          logger,
          auditor,
          authorizer,
          metrics,
          readiness,
          trace: new AuthorizedTrace({
            trace: new Trace({ knex }),
            authorizer,
          }),
          ingest: new Ingest({
            transport,
            seal,
            recent,
            clock,
            rejections,
            metrics: pipelineMetrics,
          }),
          health: new PipelineHealthReader({
            knex,
            transport,
            clock,
            loops: () => [collector.lastTickAt, worker.lastTickAt],
            stuckAfterMs: config.collector.stuckAfterMs,
          }),
          knex,
          settings,
          transport,
          collects: config.collector.enabled,
          typePrefix: config.typePrefix,
          clock,
        });

        const endObservation = observePipeline({
          metrics: deps.metrics,
          logger,
          clock,
          knex,
          transport,
          loops: () => ({
            collector: collector.lastTickAt,
            recompute: worker.lastTickAt,
          }),
        });
        await housekeeping.start();
        if (config.collector.enabled) {
          await markDirtyIfSettingsChanged(knex, settings);
          enricher.start();
          worker.start();
          relay?.start();
          await collector.start();
        }

        // Before the HTTP server and the database go: what is in flight is finished.
        rootLifecycle.addBeforeShutdownHook(async () => {
          endObservation();
          await collector.stop();
          await Promise.all([
            worker.stop(),
            relay?.stop(),
            enricher.stop(),
            housekeeping.stop(),
          ]);
          await transport.close();
        });
      },
    });
  },
});

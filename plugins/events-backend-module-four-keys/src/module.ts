import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { DEFAULT_TYPE_PREFIX } from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { fourKeysSourcesExtensionPoint } from '@four-keys/backstage-plugin-four-keys-node/sources';
import { bridgeTopics } from './bridge';
import { FreshCatalog } from './catalog/FreshCatalog';
import { readSources } from './config';
import { openDatabase } from './database';
import { Intake } from './intake/Intake';
import { LookupSpool } from './lookups/LookupSpool';
import { LookupWorker } from './lookups/LookupWorker';
import { Reconciler } from './reconcile/Reconciler';
import { repeat, repeatSomewhere } from './repeat';
import { SourceTypes } from './sources';
import { VendorApis } from './vendors/VendorApis';
import { createWebhookRouter, WEBHOOK_PATH } from './webhook/router';

/** Comparing is no hurry: this part of a vendor's limit is for those who are in one. */
const LEFT_TO_OTHERS = 0.5;

/**
 * Takes the webhooks of vendors at `/api/events/four-keys/{type}/{instance}`.
 *
 * @public
 */
export const eventsModuleFourKeys = createBackendModule({
  pluginId: 'events',
  moduleId: 'four-keys',
  register(env) {
    const types = new SourceTypes();
    env.registerExtensionPoint(fourKeysSourcesExtensionPoint, types);
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        bus: eventsServiceRef,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: fourKeysEventsServiceRef,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ auth, bus, config, events, httpRouter, logger, ...deps }) {
        const clock = Date.now;
        const shutdown = new AbortController();
        deps.lifecycle.addShutdownHook(() => shutdown.abort());

        const catalog = new FreshCatalog({ ...deps, auth, logger, clock });
        const apis = VendorApis.fromConfig(config, { signal: shutdown.signal });
        const sources = readSources(config, types.all, {
          catalog,
          canLookUp: installation => apis.canLookUp(installation),
        });
        const asking = sources.some(
          ({ source }) => source.lookUp ?? source.importFrom,
        );
        const knex = asking ? await openDatabase(deps.database) : undefined;
        const spool = knex ? new LookupSpool({ knex, clock }) : undefined;
        const intake = new Intake({
          events,
          logger,
          lookups: spool,
          typePrefix:
            config.getOptionalString('fourKeys.events.typePrefix') ??
            DEFAULT_TYPE_PREFIX,
        });

        httpRouter.use(createWebhookRouter({ sources, intake, logger, clock }));
        httpRouter.addAuthPolicy({
          path: WEBHOOK_PATH,
          allow: 'unauthenticated',
        });
        await bridgeTopics({ sources, bus, intake, logger });

        if (sources.length > 0) {
          await repeat(deps.scheduler, 'four-keys-catalog', () =>
            catalog.refresh(),
          );
        }
        if (knex && spool) {
          const worker = new LookupWorker({
            spool,
            sources,
            intake,
            logger,
            clock,
            apiOf: (source, container) => apis.apiOf(source, container),
          });
          await repeat(deps.scheduler, 'four-keys-questions', () =>
            worker.run(shutdown.signal),
          );
          const reconciler = new Reconciler({
            knex,
            sources,
            intake,
            logger,
            clock,
            containersOf: annotation => catalog.valuesOf(annotation),
            apiOf: (source, container) =>
              apis.apiOf(source, container, LEFT_TO_OTHERS),
          });
          await repeatSomewhere(deps.scheduler, 'four-keys-reconcile', () =>
            reconciler.run(shutdown.signal),
          );
        }
      },
    });
  },
});

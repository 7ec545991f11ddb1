import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  catalogProcessingExtensionPoint,
  catalogServiceRef,
} from '@backstage/plugin-catalog-node';
import { SharedServiceIds } from './audit/SharedServiceIds';
import { readRules } from './config';
import { FourKeysKindsProcessor } from './kinds/FourKeysKindsProcessor';
import { FourKeysAnnotationProcessor } from './processor/FourKeysAnnotationProcessor';

/**
 * Checks the `four-keys.dev/*` annotations of every entity, takes the kinds
 * `MLModel` and `DataSet` into the catalog, and once an hour logs the service
 * ids that several entities share.
 *
 * @public
 */
export const catalogModuleFourKeys = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'four-keys',
  register(env) {
    env.registerInit({
      deps: {
        processing: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        catalog: catalogServiceRef,
        auth: coreServices.auth,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ processing, config, catalog, auth, logger, scheduler }) {
        const rules = readRules(config);
        processing.addProcessor(
          new FourKeysKindsProcessor(),
          new FourKeysAnnotationProcessor(rules),
        );
        if (rules.mode === 'off') {
          return;
        }
        const shared = new SharedServiceIds({ catalog, auth, logger, rules });
        await scheduler.scheduleTask({
          id: 'four-keys-shared-service-ids',
          // The catalog has taken in most of its locations by then.
          initialDelay: { minutes: 2 },
          frequency: { hours: 1 },
          timeout: { minutes: 10 },
          fn: signal => shared.look(signal),
        });
      },
    });
  },
});

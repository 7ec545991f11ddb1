import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { readAnnotationSettings } from './config';
import { FourKeysAnnotationProcessor } from './processor/FourKeysAnnotationProcessor';

/**
 * Checks the `four-keys.dev/*` annotations of every entity.
 *
 * @public
 */
export const catalogModuleFourKeys = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'four-keys',
  register(env) {
    env.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
      },
      async init({ catalog, config, logger }) {
        const settings = readAnnotationSettings(config);
        if (settings.mode === 'off') {
          logger.info('The four-keys.dev annotations are not checked');
          return;
        }
        catalog.addProcessor(new FourKeysAnnotationProcessor(settings));
      },
    });
  },
});

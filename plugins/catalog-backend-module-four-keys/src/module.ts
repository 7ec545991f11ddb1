import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { FourKeysKindsProcessor } from './kinds/FourKeysKindsProcessor';
import { FourKeysAnnotationProcessor } from './processor/FourKeysAnnotationProcessor';

/**
 * Checks the `four-keys.dev/*` annotations of every entity, and takes the kinds
 * `MLModel` and `DataSet` into the catalog.
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
      },
      async init({ catalog, config }) {
        catalog.addProcessor(
          new FourKeysKindsProcessor(),
          FourKeysAnnotationProcessor.fromConfig(config),
        );
      },
    });
  },
});

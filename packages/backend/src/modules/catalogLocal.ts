import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { LocalRepositoriesProvider } from './localRepositories/LocalRepositoriesProvider';

/** Shows what the example's templates publish in the catalog. */
export default createBackendModule({
  pluginId: 'catalog',
  moduleId: 'example-local-repositories',
  register(env) {
    env.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        events: eventsServiceRef,
      },
      async init({ catalog, config, events }) {
        catalog.addEntityProvider(
          LocalRepositoriesProvider.fromConfig(config, { events }),
        );
      },
    });
  },
});

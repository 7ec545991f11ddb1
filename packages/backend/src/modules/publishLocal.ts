import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import {
  createPublishLocalAction,
  createRegisterLocalAction,
} from './localRepositories/actions';
import { readRepositoriesDirectory } from './localRepositories/directory';

/** The actions by which the example's templates publish without an account. */
export default createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'example-local-repositories',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        events: eventsServiceRef,
        scaffolder: scaffolderActionsExtensionPoint,
      },
      async init({ auth, catalog, config, events, scaffolder }) {
        scaffolder.addActions(
          createPublishLocalAction({ root: readRepositoriesDirectory(config) }),
          createRegisterLocalAction({ events, catalog, auth }),
        );
      },
    });
  },
});

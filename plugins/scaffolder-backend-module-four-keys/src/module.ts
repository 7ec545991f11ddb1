import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { DEFAULT_TYPE_PREFIX } from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { createEmitAction } from './emit/action';
import { createStampAction } from './stamp/action';

/**
 * Adds the actions `four-keys:stamp` and `four-keys:emit`.
 *
 * @public
 */
export const scaffolderModuleFourKeys = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'four-keys',
  register(env) {
    env.registerInit({
      deps: {
        scaffolder: scaffolderActionsExtensionPoint,
        config: coreServices.rootConfig,
        events: fourKeysEventsServiceRef,
      },
      async init({ scaffolder, config, events }) {
        const platformVersion = config.getOptionalString(
          'fourKeys.platformVersion',
        );
        scaffolder.addActions(
          createStampAction({
            platformVersion,
            collectorUrl: config.getString('backend.baseUrl'),
          }),
          createEmitAction({
            events,
            platformVersion,
            typePrefix:
              config.getOptionalString('fourKeys.events.typePrefix') ??
              DEFAULT_TYPE_PREFIX,
          }),
        );
      },
    });
  },
});

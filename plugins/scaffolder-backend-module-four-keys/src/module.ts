import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  scaffolderActionsExtensionPoint,
  scaffolderServiceRef,
} from '@backstage/plugin-scaffolder-node';
import { DEFAULT_TYPE_PREFIX } from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { createEmitAction } from './emit/action';
import { observeRuns } from './observe';
import { RunObserver } from './observe/RunObserver';
import { createStampAction } from './stamp/action';

/**
 * Adds the actions `four-keys:stamp` and `four-keys:emit`, and reports every
 * template run.
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
        runs: scaffolderServiceRef,
        auth: coreServices.auth,
        bus: eventsServiceRef,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
        lifecycle: coreServices.lifecycle,
      },
      async init({ scaffolder, config, events, runs, auth, logger, ...deps }) {
        const typePrefix =
          config.getOptionalString('fourKeys.events.typePrefix') ??
          DEFAULT_TYPE_PREFIX;
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
            typePrefix,
          }),
        );
        await observeRuns({
          ...deps,
          config,
          observer: new RunObserver({
            scaffolder: runs,
            auth,
            events,
            logger,
            typePrefix,
          }),
        });
      },
    });
  },
});

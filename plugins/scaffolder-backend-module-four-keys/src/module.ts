import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  scaffolderActionsExtensionPoint,
  scaffolderServiceRef,
} from '@backstage/plugin-scaffolder-node';
import {
  DEFAULT_TYPE_PREFIX,
  readAnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { createPolicyEngine, readPolicySettings } from '@four-keys/policies';
import { createCheckAction } from './check/action';
import { createEmitAction } from './emit/action';
import { observeRuns } from './observe';
import { RunObserver } from './observe/RunObserver';
import { createStampAction } from './stamp/action';

/**
 * Adds the actions `four-keys:stamp`, `four-keys:check` and `four-keys:emit`,
 * and reports every template run.
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
        const policies = readPolicySettings(
          config.getOptional('fourKeys.policies'),
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
          createCheckAction({
            events,
            typePrefix,
            engine: await createPolicyEngine(policies),
            settings: policies,
            rules: readAnnotationRules(config.getOptional('fourKeys.catalog')),
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

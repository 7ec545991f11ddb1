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
import { ScmIntegrations } from '@backstage/integration';
import { createPolicyEngine, readPolicySettings } from '@four-keys/policies';
import { createCheckAction } from './check/action';
import { createComposeAction } from './compose/action';
import { createEmitAction } from './emit/action';
import { observeRuns } from './observe';
import { RunObserver } from './observe/RunObserver';
import { createStampAction } from './stamp/action';

/**
 * Adds the actions `four-keys:compose`, `four-keys:stamp`, `four-keys:check`
 * and `four-keys:emit`, and reports every template run.
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
        reader: coreServices.urlReader,
      },
      async init({
        scaffolder,
        config,
        events,
        runs,
        auth,
        logger,
        reader,
        ...deps
      }) {
        const typePrefix =
          config.getOptionalString('fourKeys.events.typePrefix') ??
          DEFAULT_TYPE_PREFIX;
        const platformVersion = config.getOptionalString(
          'fourKeys.platformVersion',
        );
        const policies = readPolicySettings(
          config.getOptional('fourKeys.policies'),
        );
        const rules = readAnnotationRules(
          config.getOptional('fourKeys.catalog'),
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
          createComposeAction({
            reader,
            integrations: ScmIntegrations.fromConfig(config),
            levels: rules.complianceLevels,
          }),
          createCheckAction({
            events,
            typePrefix,
            engine: await createPolicyEngine(policies),
            settings: policies,
            rules,
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

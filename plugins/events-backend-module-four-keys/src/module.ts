import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { DEFAULT_TYPE_PREFIX } from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { readSources } from './config';
import { Intake } from './intake/Intake';
import { SOURCE_TYPES } from './sources';
import { createWebhookRouter, WEBHOOK_PATH } from './webhook/router';

/**
 * Takes the webhooks of vendors at `/api/events/four-keys/{type}/{instance}`.
 *
 * @public
 */
export const eventsModuleFourKeys = createBackendModule({
  pluginId: 'events',
  moduleId: 'four-keys',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        events: fourKeysEventsServiceRef,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
      },
      async init({ config, events, httpRouter, logger }) {
        const sources = readSources(config, SOURCE_TYPES, {
          catalog: { find: () => [] },
          canLookUp: () => false,
        });
        const intake = new Intake({
          events,
          logger,
          typePrefix:
            config.getOptionalString('fourKeys.events.typePrefix') ??
            DEFAULT_TYPE_PREFIX,
        });
        httpRouter.use(createWebhookRouter({ sources, intake, logger }));
        httpRouter.addAuthPolicy({
          path: WEBHOOK_PATH,
          allow: 'unauthenticated',
        });
      },
    });
  },
});

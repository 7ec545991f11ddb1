import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  eventsOf,
  fourKeysSourcesExtensionPoint,
  hmacSignature,
  ignored,
  readAuthentication,
  reading,
  readServiceResolver,
  toRfc3339,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';

const rollout = z.object({
  id: z.string().min(1),
  app: z.string().min(1),
  stage: z.string().min(1),
  ok: z.boolean(),
  doneAt: z.string(),
});

export const acmeSource: SourceType = {
  type: 'acme',
  fromConfig(config, context) {
    const servicesOf = readServiceResolver(config, context, 'app');
    const map = reading(rollout, ({ id, app, stage, ok, doneAt }) => {
      const time = toRfc3339(doneAt);
      const answer = servicesOf({ container: app, environment: stage });
      if (!time || 'unclear' in answer) {
        return ignored(time ? 'nobody knows the service' : 'doneAt is no time');
      }
      return {
        events: eventsOf(answer.services, {
          kind: 'deploy.completed',
          container: app,
          id: ['rollout', id],
          time,
          data: {
            environment: stage,
            deployment_id: `acme/${id}`,
            status: ok ? 'success' : 'failure',
          },
        }),
      };
    });
    return {
      maxBodyBytes: 1024 * 1024,
      answerWithinMs: 8_000,
      verify: readAuthentication(config, secrets =>
        hmacSignature({ header: 'x-acme-signature', secrets }),
      ),
      map: (_headers, body) => map(body),
    };
  },
};

export default createBackendModule({
  pluginId: 'events',
  moduleId: 'four-keys-acme',
  register(env) {
    env.registerInit({
      deps: { sources: fourKeysSourcesExtensionPoint },
      async init({ sources }) {
        sources.addSource(acmeSource);
      },
    });
  },
});

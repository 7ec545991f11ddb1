import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('./modules/examplePolicy'));

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(
  import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'),
);
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));

backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-user-settings-backend'));

backend.add(import('@four-keys/backstage-plugin-four-keys-backend'));
backend.add(
  import('@four-keys/backstage-plugin-catalog-backend-module-four-keys'),
);
backend.add(
  import('@four-keys/backstage-plugin-events-backend-module-four-keys'),
);
backend.add(
  import('@four-keys/backstage-plugin-scaffolder-backend-module-four-keys'),
);

backend.add(import('./modules/catalogLocal'));
backend.add(import('./modules/publishLocal'));

backend.start();

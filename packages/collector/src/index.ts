import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@four-keys/backstage-plugin-four-keys-backend'));

backend.start();

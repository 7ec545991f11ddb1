import { eventPaths } from './events';
import { factPaths } from './facts';
import { metricPaths } from './metrics';
import { pipelinePaths } from './pipeline';
import { readinessPaths } from './readiness';
import { schemas } from './schemas';
import { tracePaths } from './trace';
import { templatePaths } from './templates';

/** The HTTP API; validates requests and is served at `/openapi.json`. */
export const spec = {
  openapi: '3.1.0',
  info: {
    title: 'four-keys',
    version: '1',
    description:
      'DORA metrics from the events of templates, changes, deployments and incidents',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  security: [{ BackstageToken: [] }],
  components: {
    securitySchemes: {
      BackstageToken: {
        type: 'http',
        scheme: 'bearer',
        description: 'A Backstage token of a user, or an external access token',
      },
    },
    schemas,
  },
  paths: {
    ...eventPaths,
    ...metricPaths,
    ...factPaths,
    ...templatePaths,
    ...pipelinePaths,
    ...readinessPaths,
    ...tracePaths,
  },
} as const;

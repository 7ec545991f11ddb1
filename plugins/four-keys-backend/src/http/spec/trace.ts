import { notFound, ok, pageParameters, problems } from './common';

export const tracePaths = {
  '/trace/{correlationId}': {
    get: {
      operationId: 'GetTrace',
      description:
        'The whole story of a correlation id in order: template run, policies, changes, builds, deployments and incidents',
      parameters: [
        {
          name: 'correlationId',
          in: 'path',
          required: true,
          description:
            'As the annotation four-keys.dev/correlation-id and the events have it',
          schema: { type: 'string', minLength: 1, maxLength: 200 },
        },
        ...pageParameters,
      ],
      responses: {
        200: ok('Trace', 'The story, the beginning first'),
        404: notFound,
        ...problems,
      },
    },
  },
} as const;

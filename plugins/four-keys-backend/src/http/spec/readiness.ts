import {
  groupParameters,
  notFound,
  ok,
  pageParameters,
  problems,
  serviceParameter,
  textParameter,
} from './common';

export const readinessPaths = {
  '/readiness': {
    get: {
      operationId: 'GetReadiness',
      description:
        'What is to be mended before the numbers of an entity, a team or the fleet can be trusted: annotations, silent environments, services without deployments or without an entity',
      parameters: [
        serviceParameter,
        ...groupParameters,
        textParameter('kind', 'Kind of the entities, such as component'),
        textParameter('problem', 'Only rows with a problem of this code'),
        {
          name: 'ready',
          in: 'query',
          required: false,
          description:
            'true: only rows that are ready; false: only those that are not',
          schema: { type: 'string', enum: ['true', 'false'] },
        },
        ...pageParameters,
      ],
      responses: {
        200: ok('Readiness', 'Totals, teams and entities'),
        404: notFound,
        ...problems,
      },
    },
  },
} as const;

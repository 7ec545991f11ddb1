import {
  environmentParameter,
  idParameter,
  notFound,
  ok,
  pageParameters,
  problems,
  scopeParameters,
  serviceParameter,
  windowParameters,
} from './common';

const filters = [
  ...scopeParameters,
  environmentParameter,
  ...windowParameters,
  ...pageParameters,
] as const;

export const factPaths = {
  '/deployments': {
    get: {
      operationId: 'ListDeployments',
      description: 'Deployments of a scope, the latest first',
      parameters: [...filters],
      responses: {
        200: ok('DeploymentPage', 'A page'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/deployments/{id}': {
    get: {
      operationId: 'GetDeployment',
      description:
        'A deployment with its changes, the runs that built it and the incidents that are blamed on it; service is required, environment is the name of one environment',
      parameters: [idParameter, serviceParameter, environmentParameter],
      responses: {
        200: ok('DeploymentDetail', 'The deployment'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/incidents': {
    get: {
      operationId: 'ListIncidents',
      description: 'Incidents of a scope, the latest first',
      parameters: [...filters],
      responses: {
        200: ok('IncidentPage', 'A page'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/incidents/{id}/link': {
    post: {
      operationId: 'CorrectIncidentLink',
      description: 'Says which deployment an incident is blamed on',
      parameters: [idParameter],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['service', 'deploymentId'],
              properties: {
                service: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 300,
                  description: 'The service of the incident, or its entity ref',
                },
                deploymentId: {
                  type: ['string', 'null'],
                  maxLength: 300,
                  description: 'null: no deployment is to blame',
                },
                environment: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 300,
                  description:
                    'Where the deployment is; default where the incident is',
                },
                reason: { type: 'string', maxLength: 2000 },
              },
            },
          },
        },
      },
      responses: {
        200: ok('LinkAnswer', 'Corrected, and the numbers have it'),
        202: ok('LinkAnswer', 'Corrected, and the numbers will have it soon'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/changes': {
    get: {
      operationId: 'ListChanges',
      description: 'Changes of a scope, the latest first',
      parameters: [...filters],
      responses: {
        200: ok('ChangePage', 'A page'),
        404: notFound,
        ...problems,
      },
    },
  },
} as const;

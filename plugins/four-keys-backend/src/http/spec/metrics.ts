import {
  bucketParameter,
  environmentParameter,
  notFound,
  ok,
  pageParameters,
  problems,
  scopeParameters,
  timezoneParameter,
  windowParameters,
} from './common';

const question = [
  ...scopeParameters,
  environmentParameter,
  ...windowParameters,
  timezoneParameter,
] as const;

export const metricPaths = {
  '/metrics': {
    get: {
      operationId: 'GetMetrics',
      description:
        'Every metric of one scope, with a series and an explanation',
      parameters: [...question, bucketParameter],
      responses: {
        200: ok('MetricsAnswer', 'The numbers'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/metrics/by/{dimension}': {
    get: {
      operationId: 'GetMetricsTable',
      description:
        'The metrics of a scope, one row per value of a dimension; by environment, * is every environment and the default',
      parameters: [
        {
          name: 'dimension',
          in: 'path',
          required: true,
          schema: {
            type: 'string',
            enum: [
              'service',
              'team',
              'system',
              'domain',
              'template',
              'template-version',
              'environment',
            ],
          },
        },
        ...question,
        bucketParameter,
        {
          name: 'sort',
          in: 'query',
          required: false,
          description:
            'key, lastDeploymentAt, or the name of a metric; default key. Rows without a number come last',
          schema: { type: 'string', minLength: 1, maxLength: 100 },
        },
        {
          name: 'order',
          in: 'query',
          required: false,
          schema: { type: 'string', enum: ['asc', 'desc'] },
        },
        pageParameters[0],
        {
          name: 'offset',
          in: 'query',
          required: false,
          description: 'Rows to skip; default 0',
          schema: { type: 'string', pattern: '^[0-9]{1,7}$' },
        },
      ],
      responses: {
        200: ok('MetricsTable', 'The rows'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/metrics/{metric}/evidence': {
    get: {
      operationId: 'GetEvidence',
      description: 'The rows behind a number: included, left out, and why',
      parameters: [
        {
          name: 'metric',
          in: 'path',
          required: true,
          schema: {
            type: 'string',
            enum: [
              'deploymentFrequency',
              'leadTime',
              'changeFailureRate',
              'timeToRestore',
              'failedDeploymentRecoveryTime',
              'deploymentReworkRate',
              'deploymentSuccessRate',
            ],
          },
        },
        ...question,
        ...pageParameters,
      ],
      responses: {
        200: ok('Evidence', 'The rows'),
        404: notFound,
        ...problems,
      },
    },
  },
} as const;

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

/** A parameter of a query as a property of a body. */
const properties = Object.fromEntries(
  [...question, bucketParameter].map(({ name, schema, ...parameter }) => [
    name,
    { ...schema, description: parameter.description },
  ]),
);

const rules = {
  type: 'object',
  description: 'Rules to try; what is left out stays as it is configured',
  properties: {
    failureWindow: {
      description:
        'How long after a deployment an incident is still blamed on it, such as 4h, P1D or an object of units',
      type: ['string', 'object'],
      examples: ['4h', { hours: 4 }],
    },
    environments: {
      type: 'array',
      description:
        'Globs and their tiers in the order in which they are tried, in place of fourKeys.environments',
      maxItems: 200,
      items: {
        type: 'object',
        required: ['tier', 'match'],
        properties: {
          tier: { type: 'string', minLength: 1, maxLength: 300 },
          match: {
            type: ['string', 'array'],
            items: { type: 'string', minLength: 1, maxLength: 300 },
          },
        },
      },
    },
    excludedKinds: {
      type: 'array',
      description:
        'Kinds of deployments that take part in no metric, in place of restart and scale',
      maxItems: 50,
      items: { type: 'string', minLength: 1, maxLength: 300 },
    },
  },
} as const;

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
        {
          name: 'rows',
          in: 'query',
          required: false,
          description:
            'Which rows: those in the number, those left out, or all; default all. The totals are always of all',
          schema: { type: 'string', enum: ['all', 'included', 'excluded'] },
        },
        ...pageParameters,
      ],
      responses: {
        200: ok('Evidence', 'The rows'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/what-if': {
    post: {
      operationId: 'TryRules',
      description:
        'The metrics of a scope with other rules, beside those of today, and the deployments that differ; nothing is kept. A scope may hold 100 services and 100000 events',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', properties: { ...properties, rules } },
          },
        },
      },
      responses: {
        200: ok('WhatIfAnswer', 'Both sides'),
        404: notFound,
        ...problems,
      },
    },
  },
} as const;

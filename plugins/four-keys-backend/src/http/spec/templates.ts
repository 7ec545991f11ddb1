import {
  environmentParameter,
  notFound,
  ok,
  problems,
  windowParameters,
} from './common';

const version = <Name extends string>(name: Name) =>
  ({
    name,
    in: 'query',
    required: true,
    description: 'A version of the template',
    schema: { type: 'string', minLength: 1, maxLength: 300 },
  } as const);

export const templatePaths = {
  '/templates': {
    get: {
      operationId: 'GetTemplates',
      description:
        'How templates and their versions are used: runs, adoption, and the time to the first deployment',
      parameters: [environmentParameter, ...windowParameters],
      responses: {
        200: ok('TemplatesAnswer', 'The templates'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/templates/{template}/comparison': {
    get: {
      operationId: 'CompareTemplateVersions',
      description:
        'Two versions of a template side by side, with 95 % intervals and sample sizes',
      parameters: [
        {
          name: 'template',
          in: 'path',
          required: true,
          schema: { type: 'string', minLength: 1, maxLength: 300 },
        },
        version('a'),
        version('b'),
        environmentParameter,
        ...windowParameters,
      ],
      responses: {
        200: ok('TemplateComparison', 'Both sides'),
        404: notFound,
        ...problems,
      },
    },
  },
} as const;

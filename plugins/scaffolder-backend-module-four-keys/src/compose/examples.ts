import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const step = (input: Record<string, unknown>) =>
  stringify({
    steps: [
      {
        id: 'compose',
        name: 'Assemble the pipeline',
        action: 'four-keys:compose',
        input,
      },
    ],
  });

export const composeExamples: TemplateExample[] = [
  {
    description:
      'Assemble the pipeline by what the catalog file says of the service',
    example: step({
      url: './build',
      ciSystem: '${{ parameters.ciSystem }}',
      language: 'javascript',
      values: { service: '${{ parameters.name }}' },
    }),
  },
  {
    description: 'Take one version of a library, and say everything',
    example: step({
      url: 'https://github.com/acme/golden-paths/tree/build-1.4.0/build',
      ciSystem: 'gitlab-ci',
      language: 'java',
      runtime: 'jvm@21',
      deployType: 'kubernetes',
      complianceLevel: 'high',
      values: { service: 'payments-api' },
    }),
  },
];

import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const step = (input?: Record<string, unknown>) =>
  stringify({
    steps: [
      {
        id: 'check',
        name: 'Check the policies',
        action: 'four-keys:check',
        ...(input ? { input } : {}),
      },
    ],
  });

export const checkExamples: TemplateExample[] = [
  {
    description:
      'Check what was generated, behind the steps that write and in front of those that publish',
    example: step(),
  },
  {
    description:
      'Check it for the environment and the compliance level that somebody chose',
    example: step({
      environment: '${{ parameters.environment }}',
      complianceLevel: '${{ parameters.complianceLevel }}',
    }),
  },
  {
    description: 'Give the policies what the form was filled in with',
    example: step({ parameters: '${{ parameters }}' }),
  },
  {
    description: 'Check one service of a monorepo, without its test data',
    example: step({
      targetPath: 'services/${{ parameters.name }}',
      exclude: ['test/fixtures/**'],
    }),
  },
];

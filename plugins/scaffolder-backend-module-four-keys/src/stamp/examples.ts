import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const step = (input?: Record<string, unknown>) =>
  stringify({
    steps: [
      {
        id: 'stamp',
        name: 'Stamp',
        action: 'four-keys:stamp',
        ...(input ? { input } : {}),
      },
    ],
  });

export const stampExamples: TemplateExample[] = [
  {
    description:
      'Stamp what was generated, between the steps that fetch and those that publish',
    example: step(),
  },
  {
    description: 'Say which service and whose telemetry it is',
    example: step({
      serviceId: '${{ parameters.name }}',
      telemetryKey: 'acme/${{ parameters.project }}',
    }),
  },
  {
    description: 'Stamp one service of a monorepo',
    example: step({
      targetPath: 'services/${{ parameters.name }}',
      catalogInfoPath: 'catalog/component.yaml',
    }),
  },
  {
    description: 'Stamp manifests of an unusual place, and no Dockerfile',
    example: step({ files: { kubernetes: ['ops/**/*.yaml'], docker: [] } }),
  },
  {
    description: 'Name the version of a template that has no annotation',
    example: step({ templateId: 'node-service', templateVersion: '1.4.0' }),
  },
];

import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

const steps = (...all: Array<Record<string, unknown>>) =>
  stringify({ steps: all });

export const emitExamples: TemplateExample[] = [
  {
    description: 'Report the initial commit, after the step that published it',
    example: steps({
      id: 'emit',
      name: 'Report the first change',
      action: 'four-keys:emit',
      input: {
        serviceId: '${{ steps.stamp.output.serviceId }}',
        commitHash: '${{ steps.publish.output.commitHash }}',
        remoteUrl: '${{ steps.publish.output.remoteUrl }}',
        branch: 'main',
      },
    }),
  },
  {
    description: 'Report how the run ended, whatever happened before',
    example: steps({
      id: 'report',
      name: 'Report the run',
      if: '${{ always() }}',
      action: 'four-keys:emit',
      input: {
        kind: 'scaffold.completed',
        serviceId: '${{ parameters.name }}',
        data: { status: 'success', owner: '${{ parameters.owner }}' },
      },
    }),
  },
  {
    description: 'Fail the run when it cannot be reported',
    example: steps({
      id: 'emit',
      name: 'Report',
      action: 'four-keys:emit',
      input: {
        kind: 'deploy.completed',
        serviceId: '${{ parameters.name }}',
        strict: true,
        data: {
          environment: 'production',
          status: 'success',
          deployment_id: '${{ context.task.id }}',
        },
      },
    }),
  },
];

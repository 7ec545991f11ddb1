import type { Config } from '@backstage/config';
import {
  readChoice,
  type SourceContext,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { readRepositorySettings } from '../repository';

/** Reads how the events of one organisation of Azure DevOps are understood. */
export function readAzureSettings(config: Config, context: SourceContext) {
  return {
    ...readRepositorySettings(
      config,
      // What the API of Azure DevOps knows more is not asked.
      { ...context, canLookUp: false },
      {
        annotation: 'dev.azure.com/project-repo',
        locate(host, container) {
          const [project, repository] = container.split('/');
          const organization = config.getOptionalString('organization');
          return `${host}/${organization}/${project}/_git/${repository}`;
        },
      },
    ),
    deployments: readChoice(
      config,
      'deployments',
      ['release', 'stage', 'none'],
      'release',
    ),
  } as const;
}

/** How the events of one organisation of Azure DevOps are understood. */
export type AzureSettings = ReturnType<typeof readAzureSettings>;

import type { Config } from '@backstage/config';
import {
  readChoice,
  type SourceContext,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { readRepositorySettings } from '../repository';

/** Reads how the events of one GitLab installation are understood. */
export function readGitlabSettings(config: Config, context: SourceContext) {
  return {
    ...readRepositorySettings(config, context, {
      annotation: 'gitlab.com/project-slug',
    }),
    deployments: readChoice(
      config,
      'deployments',
      ['deployment', 'pipeline', 'tag', 'none'],
      'deployment',
    ),
  } as const;
}

/** How the events of one GitLab installation are understood. */
export type GitlabSettings = ReturnType<typeof readGitlabSettings>;

import type { Config } from '@backstage/config';
import {
  readChoice,
  readMapping,
  type SourceContext,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { readRepositorySettings } from '../repository';

const DEFAULT_TASK_KINDS = [
  ['*rollback*', 'rollback'],
  ['*hotfix*', 'hotfix'],
] as const;

/** Reads how the events of one GitHub installation are understood. */
export function readGithubSettings(config: Config, context: SourceContext) {
  return {
    ...readRepositorySettings(config, context, {
      annotation: 'github.com/project-slug',
    }),
    deployments: readChoice(
      config,
      'deployments',
      ['status', 'workflow', 'release', 'tag', 'none'],
      'status',
    ),
    transientEnvironments:
      config.getOptionalBoolean('transientEnvironments') ?? false,
    kindOfTask: readMapping(
      config,
      'taskKinds',
      'task',
      'kind',
      DEFAULT_TASK_KINDS,
    ),
  } as const;
}

/** How the events of one GitHub installation are understood. */
export type GithubSettings = ReturnType<typeof readGithubSettings>;

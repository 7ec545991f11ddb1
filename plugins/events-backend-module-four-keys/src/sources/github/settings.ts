import type { Config } from '@backstage/config';
import {
  readChoice,
  readEnvironments,
  readGlobs,
  readHotfixLabels,
  readLandingBranches,
  readMapping,
  readServiceResolver,
  type ServiceAnswer,
  type ServiceSubject,
  type SourceContext,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

const DEFAULT_TASK_KINDS = [
  ['*rollback*', 'rollback'],
  ['*hotfix*', 'hotfix'],
] as const;

/** Reads how the events of one GitHub installation are understood. */
export function readGithubSettings(config: Config, context: SourceContext) {
  const host = config.getOptionalString('host') ?? context.instance;
  const resolve = readServiceResolver(config, context, 'repository');
  return {
    canLookUp: context.canLookUp,
    deployments: readChoice(
      config,
      'deployments',
      ['status', 'workflow', 'release', 'tag', 'none'],
      'status',
    ),
    // Only the API tells which commits of a push came with a pull request.
    changes: readChoice(
      config,
      'changes',
      ['merges', 'pushes'],
      context.canLookUp ? 'merges' : 'pushes',
    ),
    transientEnvironments:
      config.getOptionalBoolean('transientEnvironments') ?? false,
    isLandingBranch: readLandingBranches(config),
    isHotfix: readHotfixLabels(config),
    isIncident: readGlobs(config, 'incidentLabels', []),
    severityOf: readMapping(config, 'severities', 'label', 'severity'),
    kindOfTask: readMapping(
      config,
      'taskKinds',
      'task',
      'kind',
      DEFAULT_TASK_KINDS,
    ),
    environmentOf: readEnvironments(config, 'repository'),
    servicesOf: (subject: ServiceSubject): ServiceAnswer =>
      resolve({
        ...subject,
        annotations: [
          ['github.com/project-slug', subject.container],
          [
            'backstage.io/source-location',
            `${host}/${subject.container}`.toLowerCase(),
          ],
        ],
      }),
  } as const;
}

/** How the events of one GitHub installation are understood. */
export type GithubSettings = ReturnType<typeof readGithubSettings>;

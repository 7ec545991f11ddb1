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

/**
 * Reads how the events of a host of repositories are understood.
 *
 * @param options.annotation - under which the catalog has a repository by its path
 * @param options.locate - the place of a repository as `backstage.io/source-location` names it
 */
export function readRepositorySettings(
  config: Config,
  context: SourceContext,
  options: {
    readonly annotation?: string;
    readonly locate?: (host: string, container: string) => string;
  } = {},
) {
  const host = config.getOptionalString('host') ?? context.instance;
  const resolve = readServiceResolver(config, context, 'repository');
  const locate = options.locate ?? ((...parts: string[]) => parts.join('/'));
  return {
    canLookUp: context.canLookUp,
    // Only the API tells which commits of a push came with a pull request.
    changes: readChoice(
      config,
      'changes',
      ['merges', 'pushes'],
      context.canLookUp ? 'merges' : 'pushes',
    ),
    isLandingBranch: readLandingBranches(config),
    isHotfix: readHotfixLabels(config),
    isIncident: readGlobs(config, 'incidentLabels', []),
    hasIncidents: config.has('incidentLabels'),
    severityOf: readMapping(config, 'severities', 'label', 'severity'),
    environmentOf: readEnvironments(config, 'repository'),
    servicesOf: (subject: ServiceSubject): ServiceAnswer =>
      resolve({
        ...subject,
        annotations: [
          ...(options.annotation
            ? ([[options.annotation, subject.container]] as const)
            : []),
          [
            'backstage.io/source-location',
            locate(host, subject.container).toLowerCase(),
          ],
        ],
      }),
  } as const;
}

/** How the events of a host of repositories are understood. */
export type RepositorySettings = ReturnType<typeof readRepositorySettings>;

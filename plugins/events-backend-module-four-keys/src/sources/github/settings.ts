import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { matchesGlob } from '../../mapping/glob';
import {
  firstOf,
  resolveByRepositoryName,
  resolveByRules,
  type ServiceResolver,
} from '../../mapping/service';

/** How the events of one GitHub installation are read. */
export interface GithubSettings {
  readonly deployments: 'status' | 'none';
  readonly changes: 'merges' | 'pushes';
  readonly transientEnvironments: boolean;
  isLandingBranch(branch: string): boolean;
  isHotfix(labels: readonly string[]): boolean;
  kindOfTask(task: string): string | undefined;
  readonly resolveService: ServiceResolver;
}

const DEFAULT_TASK_KINDS = [
  { task: '*rollback*', kind: 'rollback' },
  { task: '*hotfix*', kind: 'hotfix' },
];

function oneOf<T extends string>(
  config: Config,
  key: string,
  values: readonly T[],
  otherwise: T,
): T {
  const value = config.getOptionalString(key);
  const known =
    value === undefined ? otherwise : values.find(one => one === value);
  if (known === undefined) {
    throw new InputError(
      `${key} is "${value}", it must be one of ${values.join(', ')}`,
    );
  }
  return known;
}

export function readGithubSettings(config: Config): GithubSettings {
  const landingBranches = config.getOptionalStringArray('landingBranches') ?? [
    'main',
    'master',
  ];
  const hotfixLabels = config.getOptionalStringArray('hotfixLabels') ?? [
    'hotfix',
  ];
  const taskKinds =
    config.getOptionalConfigArray('taskKinds')?.map(rule => ({
      task: rule.getString('task'),
      kind: rule.getString('kind'),
    })) ?? DEFAULT_TASK_KINDS;
  const services = (config.getOptionalConfigArray('services') ?? []).map(
    rule => ({
      repository: rule.getString('repository'),
      environment: rule.getOptionalString('environment'),
      service: rule.getString('service'),
    }),
  );
  return {
    deployments: oneOf(config, 'deployments', ['status', 'none'], 'status'),
    changes: oneOf(config, 'changes', ['merges', 'pushes'], 'pushes'),
    transientEnvironments:
      config.getOptionalBoolean('transientEnvironments') ?? false,
    isLandingBranch: branch =>
      landingBranches.some(glob => matchesGlob(glob, branch)),
    isHotfix: labels =>
      labels.some(label => hotfixLabels.some(glob => matchesGlob(glob, label))),
    kindOfTask: task =>
      taskKinds.find(rule => matchesGlob(rule.task, task))?.kind,
    resolveService: firstOf(resolveByRules(services), resolveByRepositoryName),
  };
}

import type { Config } from '@backstage/config';
import {
  readServiceResolver,
  type SourceContext,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { readOwnRepositories } from '../gitops';
import { firstMatch, readRules, type RuleSubject } from '../rules';

const KEYS = ['application', 'cluster', 'namespace'] as const;

/** Reads how the applications of one Argo CD are understood. */
export function readArgocdSettings(config: Config, context: SourceContext) {
  const environments = readRules(config, 'environments', {
    keys: KEYS,
    value: 'environment',
  });
  return {
    isOwnRepository: readOwnRepositories(config, context),
    environmentOf: (subject: RuleSubject<(typeof KEYS)[number]>) =>
      firstMatch(environments, subject),
    servicesOf: readServiceResolver(config, context, 'application'),
  } as const;
}

/** How the applications of one Argo CD are understood. */
export type ArgocdSettings = ReturnType<typeof readArgocdSettings>;

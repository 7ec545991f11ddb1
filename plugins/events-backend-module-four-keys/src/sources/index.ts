import type { SourceType } from '@four-keys/backstage-plugin-four-keys-node/sources';
import { alertmanagerSource } from './alertmanager';
import { argocdSource } from './argocd';
import { circleciSource } from './circleci';
import { fluxSource } from './flux';
import { githubSource } from './github';
import { gitlabSource } from './gitlab';
import { jenkinsSource } from './jenkins';
import { jiraSource } from './jira';
import { opsgenieSource } from './opsgenie';
import { pagerdutySource } from './pagerduty';
import { tektonSource } from './tekton';

/** Every vendor that we read, by the name of its type. */
export const SOURCE_TYPES: readonly SourceType[] = [
  alertmanagerSource,
  argocdSource,
  circleciSource,
  fluxSource,
  githubSource,
  gitlabSource,
  jenkinsSource,
  jiraSource,
  opsgenieSource,
  pagerdutySource,
  tektonSource,
];

import { ConflictError } from '@backstage/errors';
import type {
  FourKeysSourcesExtensionPoint,
  SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { alertmanagerSource } from './alertmanager';
import { argocdSource } from './argocd';
import { azureDevopsSource } from './azureDevops';
import { bitbucketCloudSource } from './bitbucketCloud';
import { bitbucketServerSource } from './bitbucketServer';
import { cdeventsSource } from './cdevents';
import { circleciSource } from './circleci';
import { fluxSource } from './flux';
import { genericSource } from './generic';
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
  azureDevopsSource,
  bitbucketCloudSource,
  bitbucketServerSource,
  cdeventsSource,
  circleciSource,
  fluxSource,
  genericSource,
  githubSource,
  gitlabSource,
  jenkinsSource,
  jiraSource,
  opsgenieSource,
  pagerdutySource,
  tektonSource,
];

/** The vendors that we read, and those that a company adds. */
export class SourceTypes implements FourKeysSourcesExtensionPoint {
  readonly #types = [...SOURCE_TYPES];

  get all(): readonly SourceType[] {
    return this.#types;
  }

  addSource(type: SourceType): void {
    if (this.#types.some(one => one.type === type.type)) {
      throw new ConflictError(
        `There is a source of the type "${type.type}" already; give yours another type`,
      );
    }
    this.#types.push(type);
  }
}

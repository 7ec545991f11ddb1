import {
  anyOf,
  basicPassword,
  ignored,
  readAuthentication,
  reading,
  secretHeader,
  type SourceResult,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { mapPullRequest, mapPush } from './changes';
import { mapBuild, mapRelease, mapStage } from './deployments';
import {
  buildPayload,
  pullRequestPayload,
  pushPayload,
  releasePayload,
  stagePayload,
} from './payload';
import { readAzureSettings, type AzureSettings } from './settings';

const onPullRequest = reading(pullRequestPayload, mapPullRequest);
const onRelease = reading(releasePayload, mapRelease);

const MAPPERS: ReadonlyMap<
  string,
  (body: unknown, settings: AzureSettings) => SourceResult
> = new Map([
  ['build.complete', reading(buildPayload, mapBuild)],
  ['git.pullrequest.merged', onPullRequest],
  ['git.pullrequest.updated', onPullRequest],
  ['git.push', reading(pushPayload, mapPush)],
  [
    'ms.vss-pipelines.stage-state-changed-event',
    reading(stagePayload, mapStage),
  ],
  ['ms.vss-release.deployment-completed-event', onRelease],
  ['ms.vss-release.deployment-started-event', onRelease],
]);

/** Azure DevOps: changes, builds, deployments of releases or stages. */
export const azureDevopsSource: SourceType = {
  type: 'azure-devops',
  bridge: {
    topics: [...MAPPERS.keys()].map(event => `azureDevOps.${event}`),
    headersOf: () => ({}),
  },
  fromConfig(config, context) {
    const settings = readAzureSettings(config, context);
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      // Azure DevOps signs nothing: a password or a header of one's choice.
      verify: readAuthentication(config, secrets =>
        anyOf(
          basicPassword({ secrets }),
          secretHeader({ header: 'x-ado-webhook-secret', secrets }),
        ),
      ),
      map(_, body) {
        const { eventType, resource } = (body ?? {}) as {
          eventType?: unknown;
          resource?: unknown;
        };
        const map =
          typeof eventType === 'string' ? MAPPERS.get(eventType) : undefined;
        if (!map) {
          return ignored(`${eventType} is not used`);
        }
        return resource && typeof resource === 'object'
          ? map(body, settings)
          : ignored(
              'resource_details: choose All for the resource details to send',
            );
      },
    };
  },
};

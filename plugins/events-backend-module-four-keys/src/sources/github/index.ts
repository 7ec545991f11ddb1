import {
  hmacSignature,
  ignored,
  readAuthentication,
  reading,
  type SourceResult,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { LARGE_BODY_BYTES, PATIENT_MS } from '../limits';
import { mapPullRequest, mapPush } from './changes';
import { mapDeploymentStatus } from './deployments';
import {
  deploymentStatusPayload,
  issuesPayload,
  pullRequestPayload,
  pushPayload,
  releasePayload,
  workflowRunPayload,
} from './payload';
import { mapIssue } from './incidents';
import { importFrom } from './importFrom';
import { lookUp } from './lookUp';
import { mapRelease } from './releases';
import { mapWorkflowRun } from './runs';
import { readGithubSettings, type GithubSettings } from './settings';

const MAPPERS: ReadonlyMap<
  string,
  (body: unknown, settings: GithubSettings) => SourceResult
> = new Map([
  ['deployment_status', reading(deploymentStatusPayload, mapDeploymentStatus)],
  ['issues', reading(issuesPayload, mapIssue)],
  ['pull_request', reading(pullRequestPayload, mapPullRequest)],
  ['push', reading(pushPayload, mapPush)],
  ['release', reading(releasePayload, mapRelease)],
  ['workflow_run', reading(workflowRunPayload, mapWorkflowRun)],
]);

/** GitHub: changes, deployments, runs of workflows, issues that are incidents. */
export const githubSource: SourceType = {
  type: 'github',
  containerAnnotation: 'github.com/project-slug',
  bridge: {
    topics: [...MAPPERS.keys()].map(event => `github.${event}`),
    headersOf: topic => ({ 'x-github-event': topic.replace(/^github\./, '') }),
  },
  fromConfig(config, context) {
    const settings = readGithubSettings(config, context);
    return {
      maxBodyBytes: LARGE_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets =>
        hmacSignature({
          header: 'x-hub-signature-256',
          prefix: 'sha256=',
          secrets,
        }),
      ),
      map(headers, body) {
        const event = headers['x-github-event'];
        if (!event) {
          return ignored('X-GitHub-Event is missing');
        }
        const map = MAPPERS.get(event);
        return map ? map(body, settings) : ignored(`${event} is not used`);
      },
      ...(context.canLookUp
        ? {
            lookUp: (question, api) => lookUp(question, api, settings),
            importFrom: (request, api) => importFrom(request, api, settings),
          }
        : {}),
    };
  },
};

import {
  ignored,
  readAuthentication,
  reading,
  secretHeader,
  standardWebhook,
  type SourceResult,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { LARGE_BODY_BYTES, PATIENT_MS } from '../limits';
import { mapMergeRequest, mapPush, mapTagPush } from './changes';
import { mapDeployment, mapPipeline } from './deployments';
import { mapIssue } from './incidents';
import { importFrom } from './importFrom';
import { lookUp } from './lookUp';
import {
  deploymentPayload,
  issuePayload,
  mergeRequestPayload,
  pipelinePayload,
  pushPayload,
} from './payload';
import { readGitlabSettings, type GitlabSettings } from './settings';

const MAPPERS: ReadonlyMap<
  string,
  (body: unknown, settings: GitlabSettings) => SourceResult
> = new Map([
  ['deployment', reading(deploymentPayload, mapDeployment)],
  ['issue', reading(issuePayload, mapIssue)],
  ['merge_request', reading(mergeRequestPayload, mapMergeRequest)],
  ['pipeline', reading(pipelinePayload, mapPipeline)],
  ['push', reading(pushPayload, mapPush)],
  ['tag_push', reading(pushPayload, mapTagPush)],
  // Incidents arrive so, also where the header speaks of an issue.
  ['work_item', reading(issuePayload, mapIssue)],
]);

const SIGNING_PREFIX = 'whsec_';

/** GitLab: changes, deployments, pipelines, incidents. */
export const gitlabSource: SourceType = {
  type: 'gitlab',
  containerAnnotation: 'gitlab.com/project-slug',
  bridge: {
    topics: [...MAPPERS.keys()].map(kind => `gitlab.${kind}`),
    headersOf: () => ({}),
  },
  fromConfig(config, context) {
    const settings = readGitlabSettings(config, context);
    return {
      maxBodyBytes: LARGE_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets => {
        // Who has a signing token must sign: the token in clear proves less.
        const signing = secrets.filter(one => one.startsWith(SIGNING_PREFIX));
        return signing.length > 0
          ? standardWebhook({ secrets: signing })
          : secretHeader({ header: 'x-gitlab-token', secrets });
      }),
      map(_, body) {
        const kind = (body as { object_kind?: unknown } | null)?.object_kind;
        const map = typeof kind === 'string' ? MAPPERS.get(kind) : undefined;
        return map ? map(body, settings) : ignored(`${kind} is not used`);
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

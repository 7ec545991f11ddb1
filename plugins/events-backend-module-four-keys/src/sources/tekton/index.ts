import {
  readAuthentication,
  reading,
  readServiceResolver,
  bearerToken,
  ignored,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { readRules } from '../rules';
import { mapPipelineRun, pipelineRunPayload, stateOf } from './map';

const map = reading(pipelineRunPayload, mapPipelineRun);

const COMMIT_NAMES = ['commit_sha', 'commit-sha', 'commit', 'revision'];
const ARTIFACT_NAMES = ['artifact', 'image', 'IMAGE_URL'];

/** Tekton Pipelines, by the CloudEvents of its controller. */
export const tektonSource: SourceType = {
  type: 'tekton',
  fromConfig(config, context) {
    const settings = {
      commitNames: config.getOptionalStringArray('commitNames') ?? COMMIT_NAMES,
      artifactNames:
        config.getOptionalStringArray('artifactNames') ?? ARTIFACT_NAMES,
      deployments: readRules(config, 'deployments', {
        keys: ['pipeline', 'namespace'],
        value: 'environment',
      }),
      servicesOf: readServiceResolver(config, context, 'pipeline'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets => bearerToken({ secrets })),
      map(headers, body) {
        const state = stateOf(headers['ce-type']);
        return state
          ? map(body, state, settings)
          : ignored(
              `${headers['ce-type'] ?? 'a body without Ce-Type'} is not used`,
            );
      },
    };
  },
};

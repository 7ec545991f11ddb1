import {
  hmacSignature,
  readAuthentication,
  reading,
  readServiceResolver,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { readRules } from '../rules';
import { circleciPayload, mapCompletion } from './map';

const map = reading(circleciPayload, mapCompletion);

/** CircleCI: workflows, and jobs that deploy. */
export const circleciSource: SourceType = {
  type: 'circleci',
  fromConfig(config, context) {
    const settings = {
      deployments: readRules(config, 'deployments', {
        keys: ['project', 'workflow', 'job', 'branch'],
        value: 'environment',
      }),
      servicesOf: readServiceResolver(config, context, 'project'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets =>
        hmacSignature({
          header: 'circleci-signature',
          prefix: 'v1=',
          several: true,
          secrets,
        }),
      ),
      map: (_headers, body) => map(body, settings),
    };
  },
};

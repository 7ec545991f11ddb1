import {
  anyOf,
  basicPassword,
  bearerToken,
  readAuthentication,
  reading,
  readServiceResolver,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { readRules } from '../rules';
import { jenkinsPayload, mapBuild } from './map';

const map = reading(jenkinsPayload, mapBuild);

/** Jenkins, by its Notification plugin. */
export const jenkinsSource: SourceType = {
  type: 'jenkins',
  fromConfig(config, context) {
    const settings = {
      deployments: readRules(config, 'deployments', {
        keys: ['job'],
        value: 'environment',
      }),
      servicesOf: readServiceResolver(config, context, 'job'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      // The plugin takes user and password from the address that it posts to.
      verify: readAuthentication(config, secrets =>
        anyOf(basicPassword({ secrets }), bearerToken({ secrets })),
      ),
      map: (_headers, body) => map(body, settings),
    };
  },
};

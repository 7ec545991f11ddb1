import {
  bearerToken,
  readAuthentication,
  readServiceResolver,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { readRules } from '../rules';
import { mapCdevent } from './map';

/** CDEvents, as CloudEvents in the structured or the binary mode. */
export const cdeventsSource: SourceType = {
  type: 'cdevents',
  fromConfig(config, context) {
    const settings = {
      deployments: readRules(config, 'deployments', {
        keys: ['pipeline'],
        value: 'environment',
      }),
      servicesOf: readServiceResolver(config, context, 'pipeline'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets => bearerToken({ secrets })),
      map: (headers, body) => mapCdevent(headers, body, settings),
    };
  },
};

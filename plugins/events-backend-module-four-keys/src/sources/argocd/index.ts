import {
  bearerToken,
  readAuthentication,
  reading,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { applicationPayload, mapApplication } from './map';
import { readArgocdSettings } from './settings';

const map = reading(applicationPayload, mapApplication);

/** Argo CD, by the notification trigger and template that we ship. */
export const argocdSource: SourceType = {
  type: 'argocd',
  fromConfig(config, context) {
    const settings = readArgocdSettings(config, context);
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets => bearerToken({ secrets })),
      map: (_headers, body) => map(body, settings),
    };
  },
};

import {
  anyOf,
  hmacSignature,
  readAuthentication,
  readGlobs,
  readServiceResolver,
  reading,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { readRules } from '../rules';
import { fluxPayload, mapFluxEvent } from './map';

const map = reading(fluxPayload, mapFluxEvent);

const ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const;

/** Flux, by a notification provider of the type generic-hmac. */
export const fluxSource: SourceType = {
  type: 'flux',
  fromConfig(config, context) {
    const settings = {
      isOwnRevision: readGlobs(config, 'ownRevisions', []),
      environments: readRules(config, 'environments', {
        keys: ['object', 'cluster'],
        value: 'environment',
      }),
      servicesOf: readServiceResolver(config, context, 'object'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets =>
        anyOf(
          ...ALGORITHMS.map(algorithm =>
            hmacSignature({
              header: 'x-signature',
              prefix: `${algorithm}=`,
              algorithm,
              secrets,
            }),
          ),
        ),
      ),
      map: (_headers, body) => map(body, settings),
    };
  },
};

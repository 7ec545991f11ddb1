import {
  hmacSignature,
  readAuthentication,
  readGlobs,
  reading,
  readServiceResolver,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { HASTY_MS, USUAL_BODY_BYTES } from '../limits';
import { mapIncidentEvent, pagerdutyPayload } from './map';

const map = reading(pagerdutyPayload, mapIncidentEvent);

/** PagerDuty, by a webhook subscription of version 3. */
export const pagerdutySource: SourceType = {
  type: 'pagerduty',
  fromConfig(config, context) {
    const settings = {
      hasUrgency: readGlobs(config, 'urgencies', ['*']),
      hasPriority: config.has('priorities')
        ? readGlobs(config, 'priorities', [])
        : () => true,
      servicesOf: readServiceResolver(config, context, 'pagerdutyService'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: HASTY_MS,
      verify: readAuthentication(config, secrets =>
        hmacSignature({
          header: 'x-pagerduty-signature',
          prefix: 'v1=',
          several: true,
          secrets,
        }),
      ),
      map: (_headers, body) => map(body, settings),
    };
  },
};

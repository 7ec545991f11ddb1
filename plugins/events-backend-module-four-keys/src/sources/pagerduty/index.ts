import {
  hmacSignature,
  readAuthentication,
  readGlobs,
  reading,
  readServiceResolver,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { HASTY_MS, USUAL_BODY_BYTES } from '../limits';
import { readApi, type ApiCredentials } from '../api';
import { importFrom } from './importFrom';
import { lookUp } from './lookUp';
import { ACCOUNT, mapIncidentEvent, pagerdutyPayload } from './map';

const map = reading(pagerdutyPayload, mapIncidentEvent);

/** How PagerDuty is asked with a key of its REST API. */
export const pagerdutyApi = {
  baseUrl: 'https://api.pagerduty.com',
  headers: ({ token }: ApiCredentials) => ({
    authorization: `Token token=${token}`,
    accept: 'application/vnd.pagerduty+json;version=2',
  }),
};

/** PagerDuty, by a webhook subscription of version 3. */
export const pagerdutySource: SourceType = {
  type: 'pagerduty',
  fromConfig(config, context) {
    const api = readApi(config, pagerdutyApi);
    const canAsk = api !== undefined || context.canLookUp;
    const settings = {
      canAsk,
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
      ...(canAsk && {
        api,
        containers: [ACCOUNT],
        lookUp: (question, asked) => lookUp(question, asked, settings),
        importFrom: (request, asked) => importFrom(request, asked, settings),
      }),
    };
  },
};

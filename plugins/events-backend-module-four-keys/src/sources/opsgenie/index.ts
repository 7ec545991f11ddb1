import {
  anyOf,
  basicPassword,
  readAuthentication,
  readGlobs,
  reading,
  readServiceResolver,
  secretHeader,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { mapAlertAction, opsgeniePayload } from './map';

const map = reading(opsgeniePayload, mapAlertAction);

/** Opsgenie and Jira Service Management, by their outgoing webhook. */
export const opsgenieSource: SourceType = {
  type: 'opsgenie',
  fromConfig(config, context) {
    const header = config.getOptionalString('header') ?? 'x-four-keys-token';
    const settings = {
      hasPriority: readGlobs(config, 'priorities', ['*']),
      hasTag: config.has('tags') ? readGlobs(config, 'tags', []) : undefined,
      servicesOf: readServiceResolver(config, context, 'entity'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets =>
        anyOf(
          secretHeader({ header: header.toLowerCase(), secrets }),
          basicPassword({ secrets }),
        ),
      ),
      map: (_headers, body) => map(body, settings),
    };
  },
};

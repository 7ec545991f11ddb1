import {
  hmacSignature,
  readAuthentication,
  reading,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { jiraPayload, mapIssueEvent } from './map';
import { readJiraSettings } from './settings';

const map = reading(jiraPayload, mapIssueEvent);

/** Jira, by a webhook of its administration. */
export const jiraSource: SourceType = {
  type: 'jira',
  fromConfig(config, context) {
    const settings = readJiraSettings(config, context);
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets =>
        hmacSignature({
          header: 'x-hub-signature',
          prefix: 'sha256=',
          secrets,
        }),
      ),
      map: (_headers, body) => map(body, settings),
    };
  },
};

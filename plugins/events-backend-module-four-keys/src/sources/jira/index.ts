import {
  hmacSignature,
  readAuthentication,
  reading,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { readApi, type ApiCredentials } from '../api';
import { importFrom } from './importFrom';
import { jiraPayload, mapIssueEvent } from './map';
import { readJiraSettings } from './settings';

const map = reading(jiraPayload, mapIssueEvent);

/** How Jira is asked: with the API token of a user, or with one that stands alone. */
export const jiraApi = {
  headers: ({ user, token }: ApiCredentials) => ({
    authorization: user
      ? `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`
      : `Bearer ${token}`,
  }),
};

/** Jira, by a webhook of its administration. */
export const jiraSource: SourceType = {
  type: 'jira',
  containerAnnotation: 'jira/project-key',
  fromConfig(config, context) {
    const settings = readJiraSettings(config, context);
    const api = readApi(config, {
      ...jiraApi,
      baseUrl: `https://${context.instance}`,
    });
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
      ...((api || context.canLookUp) && {
        api,
        containers: config.getOptionalStringArray('projects'),
        importFrom: (request, asked) => importFrom(request, asked, settings),
      }),
    };
  },
};

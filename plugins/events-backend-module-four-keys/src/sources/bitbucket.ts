import {
  hmacSignature,
  ignored,
  readAuthentication,
  type Source,
  type SourceContext,
  type SourceResult,
  type SourceType,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { Config } from '@backstage/config';
import { answerAboutRepository, type RepositoryApi } from './answers';
import { PATIENT_MS, USUAL_BODY_BYTES } from './limits';
import { readRepositorySettings, type RepositorySettings } from './repository';

/** What differs between the two Bitbuckets. */
export interface BitbucketOptions {
  readonly type: string;
  /** What Backstage calls it in the topics of events. */
  readonly topic: string;
  readonly mappers: ReadonlyMap<
    string,
    (body: unknown, settings: RepositorySettings) => SourceResult
  >;
  readonly api: (api: VendorApi, settings: RepositorySettings) => RepositoryApi;
}

/** A source whose events are named and signed as both Bitbuckets do. */
export function bitbucketSource(options: BitbucketOptions): SourceType {
  const { type, topic, mappers, api } = options;
  return {
    type,
    bridge: {
      topics: [...mappers.keys()].map(event => `${topic}.${event}`),
      headersOf: name => ({ 'x-event-key': name.slice(topic.length + 1) }),
    },
    fromConfig(config: Config, context: SourceContext): Source {
      const settings = readRepositorySettings(config, context);
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
        map(headers, body) {
          const event = headers['x-event-key'];
          if (!event) {
            return ignored('X-Event-Key is missing');
          }
          const map = mappers.get(event);
          return map ? map(body, settings) : ignored(`${event} is not used`);
        },
        ...(context.canLookUp
          ? {
              lookUp: (question, vendor) =>
                answerAboutRepository(
                  question,
                  api(vendor, settings),
                  settings,
                ),
            }
          : {}),
      };
    },
  };
}

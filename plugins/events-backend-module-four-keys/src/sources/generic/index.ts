import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import {
  bearerToken,
  hmacSignature,
  ignored,
  readAuthentication,
  readChoice,
  secretHeader,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { compileMapping, PRESETS } from '@four-keys/mapping';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';

/** How the sender proves who it is: a signature, a header, or a bearer token. */
function authentication(config: Config) {
  const hmac = config.getOptionalConfig('hmac');
  const header = config.getOptionalString('header')?.toLowerCase();
  if (hmac && header) {
    throw new InputError('hmac and header exclude each other; remove one');
  }
  if (hmac) {
    const options = {
      header: hmac.getString('header').toLowerCase(),
      prefix: hmac.getOptionalString('prefix'),
      algorithm: readChoice(
        hmac,
        'algorithm',
        ['sha256', 'sha384', 'sha512'],
        'sha256',
      ),
      encoding: readChoice(hmac, 'encoding', ['hex', 'base64'], 'hex'),
    };
    return readAuthentication(config, secrets =>
      hmacSignature({ ...options, secrets }),
    );
  }
  return readAuthentication(config, secrets =>
    header ? secretHeader({ header, secrets }) : bearerToken({ secrets }),
  );
}

function mapping(config: Config) {
  const preset = config.getOptionalString('preset');
  if ((preset === undefined) === !config.has('map')) {
    throw new InputError(
      'map or preset is required, and only one of them: rules of your own, or those of a preset',
    );
  }
  const found = Object.entries(PRESETS).find(([name]) => name === preset)?.[1];
  if (preset !== undefined && !found) {
    throw new InputError(
      `preset is "${preset}", it must be one of ${Object.keys(PRESETS).join(
        ', ',
      )}`,
    );
  }
  return compileMapping(found ?? config.get('map'), {
    key: found ? `preset ${preset}` : 'map',
    defaults: config.getOptional<JsonObject>('defaults') ?? {},
  });
}

/** Anything that sends JSON, mapped by expressions in the configuration. */
export const genericSource: SourceType = {
  type: 'generic',
  fromConfig(config) {
    const verify = authentication(config);
    const map = mapping(config);
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify,
      map: () => ignored('expressions have to be awaited'),
      async mapAsync(_headers, body) {
        const { events, problems } = await map(body);
        return events.length > 0
          ? { events }
          : ignored(problems[0] ?? 'no rule is about this body');
      },
    };
  },
};

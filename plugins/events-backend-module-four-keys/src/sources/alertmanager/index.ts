import {
  anyOf,
  basicPassword,
  bearerToken,
  readAuthentication,
  readGlobs,
  reading,
  readServiceResolver,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { PATIENT_MS, USUAL_BODY_BYTES } from '../limits';
import { alertmanagerPayload, mapAlerts } from './map';

const map = reading(alertmanagerPayload, mapAlerts);

/** Prometheus Alertmanager, by a webhook receiver. */
export const alertmanagerSource: SourceType = {
  type: 'alertmanager',
  fromConfig(config, context) {
    const settings = {
      hasSeverity: readGlobs(config, 'severities', ['page', 'critical']),
      serviceLabels: config.getOptionalStringArray('serviceLabels') ?? [
        'service',
        'app',
        'component',
      ],
      environmentLabels: config.getOptionalStringArray('environmentLabels') ?? [
        'environment',
        'env',
        'cluster',
      ],
      servicesOf: readServiceResolver(config, context, 'alert'),
    };
    return {
      maxBodyBytes: USUAL_BODY_BYTES,
      answerWithinMs: PATIENT_MS,
      verify: readAuthentication(config, secrets =>
        anyOf(bearerToken({ secrets }), basicPassword({ secrets })),
      ),
      map: (_headers, body) => map(body, settings),
    };
  },
};

import type { EventEnvelope } from '@four-keys/backstage-plugin-four-keys-common';
import type { SourceEvent } from './port';

/** The CloudEvent of what a source said. @public */
export function toEnvelope(
  { kind, id, time, data }: SourceEvent,
  options: { source: string; typePrefix: string },
): EventEnvelope {
  const correlationId = data.correlation_id;
  return {
    specversion: '1.0',
    id,
    source: options.source,
    type: `${options.typePrefix}.${kind}`,
    time,
    datacontenttype: 'application/json',
    ...(typeof correlationId === 'string'
      ? { correlationid: correlationId }
      : {}),
    data,
  };
}

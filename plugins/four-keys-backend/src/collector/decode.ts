import {
  validateEvent,
  type ContractEvent,
  type RejectionCode,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { TransportRecord } from '@four-keys/backstage-plugin-four-keys-node';
import type { RecentEvents } from './RecentEvents';
import { Seal, SIGNATURE_HEADER, withoutPersonsIn } from './seal';

/** A record that is an event of the contract. */
export interface DecodedRecord {
  readonly record: TransportRecord;
  readonly event: ContractEvent;
  readonly receivedAt: Date;
}

/** Why a record is not stored. */
export interface Failure {
  readonly stage: 'decode' | 'validate' | 'store';
  readonly code: RejectionCode | 'empty_record' | 'not_json' | 'not_storable';
  readonly message: string;
  readonly field?: string;
}

export interface FailedRecord {
  readonly record: TransportRecord;
  readonly failure: Failure;
  /** What could be read of the event. */
  readonly source: string | null;
  readonly id: string | null;
  readonly type: string | null;
  readonly correlationId: string | null;
  readonly traceparent: string | null;
}

export type Decoded =
  | { readonly ok: true; readonly decoded: DecodedRecord }
  | { readonly ok: false; readonly failed: FailedRecord };

const utf8 = new TextDecoder('utf-8', { fatal: true });

// PostgreSQL has no text for NUL, and a dead letter must never fail to be stored.
const textOrNull = (value: unknown): string | null =>
  typeof value === 'string'
    ? value.replace(/\0/g, '\uFFFD').slice(0, 1000)
    : null;

export function failedRecord(
  record: TransportRecord,
  failure: Failure,
  event?: unknown,
): FailedRecord {
  const attributes = (event ?? {}) as Record<string, unknown>;
  const data = (attributes.data ?? {}) as Record<string, unknown>;
  return {
    record,
    failure,
    source: textOrNull(attributes.source),
    id: textOrNull(attributes.id),
    type: textOrNull(attributes.type),
    correlationId: textOrNull(attributes.correlationid ?? data.correlation_id),
    traceparent: textOrNull(attributes.traceparent),
  };
}

/**
 * Reads a record of the transport.
 *
 * The ingest has validated what came through our API, yet other producers may
 * write to the transport as well, so nothing is taken on trust here.
 */
export function decodeRecord(
  record: TransportRecord,
  options: {
    readonly seal: Seal;
    readonly now: number;
    readonly recent?: RecentEvents;
  },
): Decoded {
  const fail = (failure: Failure, event?: unknown): Decoded => ({
    ok: false,
    failed: failedRecord(record, failure, event),
  });
  if (record.value === null) {
    return fail({
      stage: 'decode',
      code: 'empty_record',
      message: 'The record has no value; write a structured CloudEvent',
    });
  }
  let raw: unknown;
  try {
    const text = utf8.decode(record.value);
    const known = options.recent?.take(text);
    if (known) {
      return accept(record, known);
    }
    raw = JSON.parse(text);
  } catch (error) {
    return fail({
      stage: 'decode',
      code: 'not_json',
      message: `The value is no JSON in UTF-8: ${
        error instanceof Error ? error.message.replace(/\0/g, '\uFFFD') : error
      }`,
    });
  }
  // The clock of this process may be behind the one that accepted the event.
  const result = validateEvent(raw, {
    now: Math.max(options.now, record.appendedAt),
  });
  if (!result.ok) {
    return fail({ stage: 'validate', ...result.rejection }, raw);
  }
  if (
    result.event.kind === 'incident.linked' &&
    !options.seal.verify(record.value, record.headers[SIGNATURE_HEADER])
  ) {
    return fail(
      {
        stage: 'validate',
        code: 'forbidden_type',
        field: 'type',
        message:
          'type may only be written by POST /incidents/{id}/link, which knows who corrects a link',
      },
      raw,
    );
  }
  return accept(record, withoutPersonsIn(result.event, options.seal));
}

function accept(record: TransportRecord, event: ContractEvent): Decoded {
  return {
    ok: true,
    decoded: { record, event, receivedAt: new Date(record.appendedAt) },
  };
}

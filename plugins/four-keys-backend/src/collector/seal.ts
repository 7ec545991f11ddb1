import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ContractEvent } from '@four-keys/backstage-plugin-four-keys-common';

/** The record header that carries the signature of an event of our own API. */
export const SIGNATURE_HEADER = 'four-keys-signature';

const HASHED = /^hmac:[0-9a-f]{32}$/;

/**
 * What only this installation can do: turn persons into keyed hashes, and sign
 * events that nobody else may write.
 */
export class Seal {
  readonly #initiatorKey: string;
  readonly #signatureKey: string;

  constructor(options: {
    readonly initiatorKey: string;
    readonly signatureKey: string;
  }) {
    this.#initiatorKey = options.initiatorKey;
    this.#signatureKey = options.signatureKey;
  }

  /** The keyed hash of a person; what is a hash already stays as it is. */
  hashInitiator(initiator: string): string {
    if (HASHED.test(initiator)) {
      return initiator;
    }
    return `hmac:${createHmac('sha256', this.#initiatorKey)
      .update(initiator)
      .digest('hex')
      .slice(0, 32)}`;
  }

  sign(value: Buffer): string {
    return createHmac('sha256', this.#signatureKey).update(value).digest('hex');
  }

  verify(value: Buffer, signature: string | undefined): boolean {
    if (signature === undefined) {
      return false;
    }
    const expected = Buffer.from(this.sign(value));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function withoutPersons<T extends { readonly data?: unknown }>(
  holder: T,
  seal: Seal,
): T {
  const data = holder.data as Record<string, unknown>;
  return {
    ...holder,
    data: { ...data, initiator: seal.hashInitiator(String(data.initiator)) },
  };
}

/**
 * The event with the initiator replaced by its hash, in what was read and in
 * what was sent; the same object where nobody is named.
 */
export function withoutPersonsIn(
  event: ContractEvent,
  seal: Seal,
): ContractEvent {
  const { initiator } = event.envelope.data;
  if (initiator === undefined || initiator === null || initiator === '') {
    return event;
  }
  const read = 'initiator' in event.data ? withoutPersons(event, seal) : event;
  return { ...read, envelope: withoutPersons(event.envelope, seal) };
}

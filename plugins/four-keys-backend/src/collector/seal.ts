import { createHmac, timingSafeEqual } from 'node:crypto';

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

/**
 * The event with the initiator replaced by its hash, wherever the contract
 * knows one; the same object when there is none.
 */
export function withoutPersons<
  T extends { readonly data?: unknown | undefined },
>(envelope: T, seal: Seal): T {
  const data = envelope.data as Record<string, unknown> | undefined;
  const initiator = data?.initiator;
  if (initiator === undefined || initiator === null || initiator === '') {
    return envelope;
  }
  return {
    ...envelope,
    data: { ...data, initiator: seal.hashInitiator(String(initiator)) },
  };
}

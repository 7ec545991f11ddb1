import { createHmac, timingSafeEqual } from 'crypto';

/**
 * Whether one of the secrets made this signature of exactly these bytes.
 *
 * Every secret is tried and every comparison takes the same time, so that the
 * answer is all that a caller learns.
 */
export function verifyHmac(options: {
  readonly algorithm: 'sha256';
  readonly secrets: readonly string[];
  /** Hexadecimal, as the vendor sent it. */
  readonly signature: string;
  readonly body: Buffer;
}): boolean {
  const { algorithm, secrets, signature, body } = options;
  const given = Buffer.from(signature, 'hex');
  let valid = false;
  for (const secret of secrets) {
    const expected = createHmac(algorithm, secret).update(body).digest();
    const same =
      given.length === expected.length && timingSafeEqual(given, expected);
    valid = same || valid;
  }
  return valid;
}

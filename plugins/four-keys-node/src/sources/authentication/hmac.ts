import { createHmac } from 'crypto';
import { sameBytes } from './compare';
import type { Authenticator } from './authenticator';

/** What an HMAC may be made with. @public */
export type HmacAlgorithm = 'sha256' | 'sha384' | 'sha512';

/** How a vendor signs. @public */
export interface HmacOptions {
  /** In lower case. */
  readonly header: string;
  readonly secrets: readonly string[];
  readonly algorithm?: HmacAlgorithm;
  readonly encoding?: 'hex' | 'base64';
  /** What stands before the signature, such as `sha256=`. */
  readonly prefix?: string;
  /** Whether the header may list several signatures, separated by commas, of which any may match. */
  readonly several?: boolean;
}

const DIGEST_BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const;

/** The bytes of a signature in its only spelling, or nothing. */
function decode(text: string, encoding: 'hex' | 'base64', length: number) {
  const bytes = Buffer.from(text, encoding);
  return bytes.length === length && bytes.toString(encoding) === text
    ? bytes
    : undefined;
}

/**
 * Whether one of the secrets made this signature of exactly these bytes.
 *
 * Every secret is tried and every comparison takes the same time, so that the
 * answer is all that a caller learns.
 *
 * @public
 */
export function matchesHmac(options: {
  readonly algorithm: HmacAlgorithm;
  readonly secrets: ReadonlyArray<string | Buffer>;
  readonly signatures: readonly Buffer[];
  readonly content: ReadonlyArray<string | Buffer>;
}): boolean {
  const { algorithm, secrets, signatures, content } = options;
  let valid = false;
  for (const secret of secrets) {
    const hmac = createHmac(algorithm, secret);
    content.forEach(part => hmac.update(part));
    const expected = hmac.digest();
    for (const signature of signatures) {
      valid = sameBytes(signature, expected) || valid;
    }
  }
  return valid;
}

/** A signature over the raw body, in a header. @public */
export function hmacSignature(options: HmacOptions): Authenticator {
  const {
    header,
    secrets,
    algorithm = 'sha256',
    encoding = 'hex',
    prefix = '',
    several = false,
  } = options;
  return (headers, body) => {
    const value = headers[header] ?? '';
    const written = several ? value.split(',').map(one => one.trim()) : [value];
    const signatures = written.flatMap(one => {
      const bytes = one.startsWith(prefix)
        ? decode(one.slice(prefix.length), encoding, DIGEST_BYTES[algorithm])
        : undefined;
      return bytes ? [bytes] : [];
    });
    return (
      signatures.length > 0 &&
      matchesHmac({ algorithm, secrets, signatures, content: [body] })
    );
  };
}

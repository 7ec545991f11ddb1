import type { Authenticator } from './authenticator';
import { isOneOf } from './compare';

/** A secret in clear, in a header of the vendor's or the operator's choice. @public */
export function secretHeader(options: {
  /** In lower case. */
  readonly header: string;
  readonly secrets: readonly string[];
}): Authenticator {
  const { header, secrets } = options;
  return headers => {
    const value = headers[header];
    return value !== undefined && value !== '' && isOneOf(value, secrets);
  };
}

function authorization(
  scheme: string,
  secretsOf: (credentials: string) => string | undefined,
  secrets: readonly string[],
): Authenticator {
  const pattern = new RegExp(`^${scheme} +([^ ,]+)$`, 'i');
  return headers => {
    const [, credentials] = pattern.exec(headers.authorization ?? '') ?? [];
    const secret = credentials && secretsOf(credentials);
    return Boolean(secret) && isOneOf(secret as string, secrets);
  };
}

/** `Authorization: Bearer <secret>` @public */
export function bearerToken(options: {
  readonly secrets: readonly string[];
}): Authenticator {
  return authorization('Bearer', token => token, options.secrets);
}

/**
 * `Authorization: Basic <user:secret>`. The secret is the password, and the
 * name of the user counts for nothing, unless the configured secret itself
 * reads `user:password`.
 *
 * @public
 */
export function basicPassword(options: {
  readonly secrets: readonly string[];
}): Authenticator {
  const decode = (credentials: string) =>
    Buffer.from(credentials, 'base64').toString('utf8');
  const whole = authorization('Basic', decode, options.secrets);
  const password = authorization(
    'Basic',
    credentials => {
      const text = decode(credentials);
      return text.slice(text.indexOf(':') + 1);
    },
    options.secrets,
  );
  return (...call) => {
    const wholeMatches = whole(...call);
    return password(...call) || wholeMatches;
  };
}

/** Any of several ways; each is tried, whatever the others say. @public */
export function anyOf(...ways: readonly Authenticator[]): Authenticator {
  return (...call) => ways.reduce((valid, way) => way(...call) || valid, false);
}

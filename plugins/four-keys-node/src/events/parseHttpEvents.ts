import type { IncomingHttpHeaders } from 'http';
import { CONSTANTS } from 'cloudevents';

/** @public */
export type HttpEventsErrorCode =
  | 'unsupported_media_type'
  | 'not_json'
  | 'invalid_request';

/**
 * A request that is no CloudEvents request at all, so that there is no event
 * to reject.
 *
 * @public
 */
export class HttpEventsError extends Error {
  readonly name = 'HttpEventsError';
  readonly code: HttpEventsErrorCode;
  /** What to answer: 415 or 400. */
  readonly statusCode: number;

  constructor(code: HttpEventsErrorCode, message: string) {
    super(message);
    this.code = code;
    this.statusCode = code === 'unsupported_media_type' ? 415 : 400;
  }
}

const STRUCTURED = CONSTANTS.MIME_CE_JSON;
const BATCHED = CONSTANTS.MIME_CE_BATCH;
const PLAIN = CONSTANTS.MIME_JSON;
const PREFIX = CONSTANTS.EXTENSIONS_PREFIX;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readContentType(headers: IncomingHttpHeaders) {
  const [type, ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map(part => part.trim().toLowerCase());
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replace(/"/g, '');
  return { type, charset };
}

function parseJson(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : utf8.decode(body));
  } catch (error) {
    throw new HttpEventsError(
      'not_json',
      `The body is no JSON in UTF-8: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
}

/** Header values are percent-encoded; a stray percent sign is meant literally. */
function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/**
 * An event in binary mode: attributes in `ce-` headers, data in the body.
 *
 * Not by the SDK: without an id it sees no event at all, a time that is none
 * becomes now, and a content type with a charset leaves the data unread.
 */
function readBinary(
  headers: IncomingHttpHeaders,
  contentType: string,
  body: Uint8Array | string,
): unknown {
  const attributes = Object.entries(headers)
    .filter(([name, value]) => name.startsWith(PREFIX) && value !== undefined)
    .map(([name, value]) => [
      name.slice(PREFIX.length),
      decodeHeader(String(value)),
    ]);
  return {
    // Entries define keys of any name; assigning would reach the prototype.
    ...Object.fromEntries(attributes),
    datacontenttype: contentType || PLAIN,
    ...(body.length > 0 ? { data: parseJson(body) } : {}),
  };
}

/**
 * The events of a request in any mode of the CloudEvents HTTP binding, raw:
 * nothing is validated, added or left out. Give each to `validateEvent`.
 *
 * Plain `application/json` without `ce-` headers is taken as what it holds, a
 * list as a batch and an object as an event, because that is what a request
 * written by hand sends.
 *
 * @param headers - names in lower case, as Node gives them
 * @param body - the bytes as they came
 * @throws {@link HttpEventsError} when the request as a whole cannot be read.
 * @public
 */
export function parseHttpEvents(
  headers: IncomingHttpHeaders,
  body: Uint8Array | string,
): unknown[] {
  const { type, charset } = readContentType(headers);
  const isBinary =
    type !== STRUCTURED &&
    type !== BATCHED &&
    Object.keys(headers).some(name => name.startsWith(PREFIX));
  const isJson =
    type === PLAIN || /^[^/]+\/[^/]+\+json$/.test(type) || (isBinary && !type);
  const isKnown =
    isJson &&
    (isBinary || type === STRUCTURED || type === BATCHED || type === PLAIN);
  if (!isKnown || (charset && charset !== 'utf-8' && charset !== 'utf8')) {
    throw new HttpEventsError(
      'unsupported_media_type',
      `Content-Type is ${
        headers['content-type']
          ? JSON.stringify(headers['content-type'])
          : 'missing'
      }; send one event as ${STRUCTURED}, several as ${BATCHED}, or ${PLAIN} with the attributes in ${PREFIX} headers, all in UTF-8`,
    );
  }
  if (isBinary) {
    return [readBinary(headers, type, body)];
  }
  const json = parseJson(body);
  if (type === BATCHED && !Array.isArray(json)) {
    throw new HttpEventsError(
      'invalid_request',
      `The body is no list; send one event as ${STRUCTURED}`,
    );
  }
  if (type === STRUCTURED && Array.isArray(json)) {
    throw new HttpEventsError(
      'invalid_request',
      `The body is a list; send several events as ${BATCHED}`,
    );
  }
  return Array.isArray(json) ? json : [json];
}

import express, { type Request, type RequestHandler } from 'express';
import { Problem } from './problems';

/** The largest body that is read, after decompression. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';
const PLAIN = 'application/json';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const mediaType = (req: Request) =>
  (req.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(
      utf8.decode(Buffer.isBuffer(body) ? body : Buffer.alloc(0)),
    );
  } catch (error) {
    throw new Problem(
      'not_json',
      `The body is no JSON in UTF-8: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
}

function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // The binding asks for percent-encoding; what is no such encoding is meant literally.
    return value;
  }
}

/** The envelope of an event in binary mode: attributes in `ce-` headers, data in the body. */
function binaryEnvelope(req: Request, data: unknown): Record<string, unknown> {
  const envelope: Record<string, unknown> = {};
  for (const [header, value] of Object.entries(req.headers)) {
    if (header.startsWith('ce-') && typeof value === 'string') {
      envelope[header.slice(3)] = decodeHeader(value);
    }
  }
  return { ...envelope, datacontenttype: PLAIN, data };
}

const isBinary = (req: Request) =>
  Object.keys(req.headers).some(header => header.startsWith('ce-'));

/**
 * The events of a request in any mode of the CloudEvents HTTP binding. Plain
 * `application/json` is taken as what it holds: a list is a batch, an object an
 * event, because that is what a hand-written request sends.
 */
function readEvents(req: Request): unknown[] {
  const type = mediaType(req);
  if (![STRUCTURED, BATCHED, PLAIN].includes(type)) {
    throw new Problem(
      'unsupported_media_type',
      `Content-Type is ${
        type === '' ? 'missing' : JSON.stringify(type)
      }; send ${STRUCTURED}, ${BATCHED}, or ${PLAIN} with the attributes in ce- headers`,
    );
  }
  const json = parseJson(req.body);
  if (type === PLAIN && isBinary(req)) {
    return [binaryEnvelope(req, json)];
  }
  if (type === BATCHED && !Array.isArray(json)) {
    throw new Problem(
      'invalid_request',
      `The body is no list of events; send one event as ${STRUCTURED}`,
    );
  }
  if (type === STRUCTURED && Array.isArray(json)) {
    throw new Problem(
      'invalid_request',
      `The body is a list; send several events as ${BATCHED}`,
    );
  }
  return Array.isArray(json) ? json : [json];
}

const readRaw = express.raw({ type: () => true, limit: MAX_BODY_BYTES });

function explainBodyError(error: unknown): unknown {
  const { type, message } = error as { type?: string; message?: string };
  switch (type) {
    case undefined:
      return error;
    case 'entity.too.large':
      return new Problem(
        'body_too_large',
        `The body is larger than ${
          MAX_BODY_BYTES / 1024 / 1024
        } MiB; send fewer events a request`,
      );
    case 'encoding.unsupported':
      return new Problem(
        'unsupported_media_type',
        `${message}; send the body plain, or compressed with gzip or deflate`,
      );
    default:
      return new Problem('invalid_request', `The body cannot be read: ${type}`);
  }
}

/**
 * Reads the bodies of all routes. It stands before the OpenAPI validation,
 * which knows one answer only, while a wrong type, a large body and broken
 * JSON each have their own.
 */
export const bodyMiddleware: RequestHandler = (req, res, next) => {
  if (req.method !== 'POST') {
    next();
    return;
  }
  readRaw(req, res, error => {
    if (error) {
      next(explainBodyError(error));
      return;
    }
    try {
      if (req.path === '/events') {
        req.body = readEvents(req);
        // From here on the body is a batch, whatever the mode it came in.
        req.headers['content-type'] = BATCHED;
      } else if (Buffer.isBuffer(req.body) && req.body.length > 0) {
        if (mediaType(req) !== PLAIN) {
          throw new Problem(
            'unsupported_media_type',
            `Content-Type must be ${PLAIN}`,
          );
        }
        req.body = parseJson(req.body);
      } else {
        req.body = {};
      }
      next();
    } catch (problem) {
      next(problem);
    }
  });
};

import {
  HttpEventsError,
  parseHttpEvents,
} from '@four-keys/backstage-plugin-four-keys-node';
import express, { type Request, type RequestHandler } from 'express';
import { Problem } from './problems';

/** The largest body that is read, after decompression. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

const BATCHED = 'application/cloudevents-batch+json';
const PLAIN = 'application/json';

/** As Express matches the route: in any case, with or without a slash behind. */
const EVENTS_PATH = /^\/events\/?$/i;

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

function readEvents(req: Request, body: Buffer): unknown[] {
  try {
    return parseHttpEvents(req.headers, body);
  } catch (error) {
    throw error instanceof HttpEventsError
      ? new Problem(error.code, error.message)
      : error;
  }
}

function readJson(req: Request, body: Buffer): unknown {
  if (body.length === 0) {
    return {};
  }
  if (!req.is(PLAIN)) {
    throw new Problem(
      'unsupported_media_type',
      `Content-Type must be ${PLAIN}`,
    );
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Problem('not_json', `The body is no JSON: ${error}`);
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
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    try {
      if (EVENTS_PATH.test(req.path)) {
        req.body = readEvents(req, body);
        // From here on the body is a batch, whatever the mode it came in.
        req.headers['content-type'] = BATCHED;
      } else {
        req.body = readJson(req, body);
        req.headers['content-type'] = PLAIN;
      }
      next();
    } catch (problem) {
      next(problem);
    }
  });
};

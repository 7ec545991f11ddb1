import type { HttpAuthService } from '@backstage/backend-plugin-api';
import type { Request, RequestHandler } from 'express';
import type { Caller } from '../permissions';

const callers = new WeakMap<Request, Caller>();

/**
 * Lets users and services in, and nobody else. Stands before everything else,
 * so that a stranger learns nothing about what a request would have done.
 */
export function authenticate(httpAuth: HttpAuthService): RequestHandler {
  return async (request, _res, next) => {
    try {
      const credentials = await httpAuth.credentials(request, {
        allow: ['user', 'service'],
      });
      callers.set(request, { credentials, request });
      next();
    } catch (error) {
      next(error);
    }
  };
}

/** Who sent the request. */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (!caller) {
    throw new Error('The request has not been authenticated');
  }
  return caller;
}

/** W3C trace context: version, trace, parent, flags; zeros mean none. */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace that the request belongs to; undefined: it names none. */
export function traceparentOf(request: Request): string | undefined {
  const traceparent = request.header('traceparent');
  return traceparent && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

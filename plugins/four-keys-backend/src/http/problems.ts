import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ApiError } from '@four-keys/backstage-plugin-four-keys-common';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isUnavailable } from '../collector';

/** The codes of error answers; `docs/errors.md` explains each. */
export type ProblemCode =
  | 'all_rejected'
  | 'batch_too_large'
  | 'body_too_large'
  | 'conflict'
  | 'internal_error'
  | 'invalid_parameter'
  | 'invalid_request'
  | 'not_allowed'
  | 'not_json'
  | 'not_replayable'
  | 'unauthenticated'
  | 'unavailable'
  | 'unknown_correlation_id'
  | 'unknown_dead_letter'
  | 'unknown_deployment'
  | 'unknown_incident'
  | 'unknown_quarantine'
  | 'unknown_route'
  | 'unknown_scope'
  | 'unsupported_media_type';

/** How long a caller should wait before trying again, in seconds. */
const RETRY_AFTER_SECONDS = 5;

const STATUS: Record<ProblemCode, number> = {
  all_rejected: 400,
  batch_too_large: 413,
  body_too_large: 413,
  conflict: 409,
  internal_error: 500,
  invalid_parameter: 400,
  invalid_request: 400,
  not_allowed: 403,
  not_json: 400,
  not_replayable: 409,
  unauthenticated: 401,
  unavailable: 503,
  unknown_correlation_id: 404,
  unknown_dead_letter: 404,
  unknown_deployment: 404,
  unknown_incident: 404,
  unknown_quarantine: 404,
  unknown_route: 404,
  unknown_scope: 404,
  unsupported_media_type: 415,
};

const NAMES: Record<number, string> = {
  400: InputError.name,
  401: AuthenticationError.name,
  403: NotAllowedError.name,
  404: NotFoundError.name,
  409: ConflictError.name,
  413: 'PayloadTooLargeError',
  415: 'UnsupportedMediaTypeError',
  503: ServiceUnavailableError.name,
};

/** An error whose answer is decided: status, name and code. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly statusCode: number;

  constructor(code: ProblemCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.statusCode = STATUS[code];
    this.name = NAMES[this.statusCode] ?? 'Error';
  }
}

/** A query or body parameter that cannot be used; the message names it. */
export const invalidParameter = (parameter: string, problem: string) =>
  new Problem('invalid_parameter', `Parameter ${parameter} ${problem}`);

export const unavailable = (what: string, cause?: unknown) =>
  new Problem(
    'unavailable',
    `${what}; nothing is lost on our side, send the request again in ${RETRY_AFTER_SECONDS} seconds`,
    cause,
  );

const CODE_BY_ERROR_NAME: Record<string, ProblemCode> = {
  [InputError.name]: 'invalid_request',
  [AuthenticationError.name]: 'unauthenticated',
  [NotAllowedError.name]: 'not_allowed',
  [NotFoundError.name]: 'unknown_route',
  [ConflictError.name]: 'conflict',
  [ServiceUnavailableError.name]: 'unavailable',
};

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  const { name, message } =
    error instanceof Error ? error : new Error(String(error));
  const code = CODE_BY_ERROR_NAME[name];
  if (code) {
    return new Problem(code, message, error);
  }
  if (isUnavailable(error)) {
    return unavailable('The database cannot be reached', error);
  }
  return new Problem(
    'internal_error',
    'An internal error occurred; the log of the backend has the details',
    error,
  );
}

/** The body of an error answer. */
export const problemBody = ({ name, message, code }: Problem): ApiError => ({
  error: { name, message, code },
});

/** Answers every error of our routes as JSON with a stable code. */
export function problemMiddleware(logger: LoggerService): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = toProblem(error);
    if (problem.statusCode >= 500) {
      logger.warn(
        `Answered ${problem.statusCode} ${problem.code}`,
        error instanceof Error ? error : new Error(String(error)),
      );
    }
    if (problem.statusCode === 503) {
      res.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
    }
    res.status(problem.statusCode).json(problemBody(problem));
  };
}

export const unknownRoute: RequestHandler = req => {
  throw new Problem(
    'unknown_route',
    `There is no route ${req.method} ${req.path}; GET /openapi.json lists them`,
  );
};

import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ApiError } from '@four-keys/backstage-plugin-four-keys-common';
import type { ErrorRequestHandler } from 'express';

const RETRY_AFTER_SECONDS = 30;

/** Every answer of the webhook route that is no 202, by its code. */
const PROBLEMS = {
  unknown_source: [404, 'NotFoundError'],
  body_too_large: [413, 'PayloadTooLargeError'],
  invalid_signature: [401, 'AuthenticationError'],
  unsupported_media_type: [415, 'UnsupportedMediaTypeError'],
  not_json: [400, 'InputError'],
  invalid_request: [400, 'InputError'],
  unavailable: [503, 'ServiceUnavailableError'],
} as const satisfies Record<string, readonly [number, string]>;

type ProblemCode = keyof typeof PROBLEMS;

/** An error whose answer is decided. */
export class WebhookProblem extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.name = PROBLEMS[code][1];
  }
}

function toProblem(error: unknown): WebhookProblem {
  if (error instanceof WebhookProblem) {
    return error;
  }
  const type = (error as { type?: string }).type;
  if (type === 'entity.too.large') {
    const { limit } = error as { limit?: number };
    return new WebhookProblem(
      'body_too_large',
      `The body is larger than ${limit} bytes, which this vendor never sends`,
    );
  }
  if (type === 'encoding.unsupported') {
    return new WebhookProblem(
      'unsupported_media_type',
      'The body is compressed; send it as it was signed',
    );
  }
  if (type) {
    return new WebhookProblem(
      'invalid_request',
      `The body cannot be read: ${type}`,
    );
  }
  return new WebhookProblem(
    'unavailable',
    'The events could not be stored; deliver the webhook again',
    error,
  );
}

/** Answers every error as JSON, in the shape of the whole API. */
export function webhookProblems(logger: LoggerService): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const { code, name, message, cause } = toProblem(error);
    const [status] = PROBLEMS[code];
    const detail = cause instanceof Error ? `: ${cause.message}` : '';
    logger.warn(`${status} ${code} for a webhook to ${req.path}${detail}`);
    if (code === 'unavailable') {
      res.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
    }
    const body: ApiError = { error: { name, message, code } };
    res.status(status).json(body);
  };
}

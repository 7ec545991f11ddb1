import type { ApiError } from '@four-keys/backstage-plugin-four-keys-common';

type ErrorBody = ApiError['error'];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const text = (value: unknown, otherwise: string) =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/** A proxy or a dead backend answers in its own words, if at all. */
async function readBody(response: Response): Promise<ErrorBody> {
  const body: unknown = await response.json().catch(() => undefined);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  return {
    name: text(error.name, 'ResponseError'),
    message: text(
      error.message,
      `The backend answered ${response.status} ${response.statusText}`.trim(),
    ),
    code: text(error.code, `http_${response.status}`),
  };
}

/** An error that the Four Keys backend answered. @public */
export class FourKeysApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** Which error it is, as the documentation lists them. */
  readonly code: string;

  constructor(status: number, { name, message, code }: ApiError['error']) {
    super(message);
    this.name = name;
    this.status = status;
    this.code = code;
  }

  /** Reads the body of a response that is not ok. */
  static async fromResponse(response: Response): Promise<FourKeysApiError> {
    return new FourKeysApiError(response.status, await readBody(response));
  }
}

/** The backend has never heard of what is asked about: no event names it. */
export const isUnknownScope = (error: Error | undefined): boolean =>
  error instanceof FourKeysApiError && error.code === 'unknown_scope';

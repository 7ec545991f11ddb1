/** The API of a vendor did not give an answer. @public */
export class VendorApiError extends Error {
  override readonly name = 'VendorApiError';
  /** Undefined where there was no answer at all. */
  readonly status?: number;
  /** Whether asking again is of no use: what was asked for is not there. */
  readonly permanent: boolean;
  /** How long the vendor wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(
    message: string,
    options: {
      status?: number;
      permanent?: boolean;
      retryAfterMs?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = options.status;
    this.permanent = options.permanent ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

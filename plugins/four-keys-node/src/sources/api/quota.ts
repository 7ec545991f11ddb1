import type { WebhookHeaders } from '../port';

/** A limit without a time at which it ends. */
const UNTOLD_MS = 60_000;

/** Above it a number is a time since 1970, below it a duration; both in seconds. */
const EPOCH_ABOVE_S = 1_000_000_000;

/** What is left of what a vendor allows. */
export interface Quota {
  /** Part of the limit that is left, 0 to 1; undefined where it is not told. */
  readonly left?: number;
  /** Milliseconds until there is all of it again. */
  readonly resetMs?: number;
}

const numberOf = (text: string | undefined) =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text.trim())
    ? Number(text)
    : undefined;

/** Reads the headers of GitHub, GitLab, Azure, PagerDuty and the draft standard alike. */
export function readQuota(headers: WebhookHeaders, now: number): Quota {
  const header = (name: string) =>
    numberOf(headers[`x-ratelimit-${name}`] ?? headers[`ratelimit-${name}`]);
  const limit = header('limit');
  const remaining = header('remaining');
  const reset = header('reset');
  return {
    left:
      limit && remaining !== undefined
        ? Math.min(1, remaining / limit)
        : undefined,
    resetMs:
      reset === undefined
        ? undefined
        : Math.max(
            0,
            reset > EPOCH_ABOVE_S ? reset * 1000 - now : reset * 1000,
          ),
  };
}

/** How long to wait after a refusal for asking too much; undefined: it was refused for something else. */
export function readPause(
  status: number,
  headers: WebhookHeaders,
  now: number,
): number | undefined {
  const after = headers['retry-after']?.trim();
  const { left, resetMs } = readQuota(headers, now);
  const limited = status === 429 || (status === 403 && (after || left === 0));
  if (!limited && !(status === 503 && after)) {
    return undefined;
  }
  const seconds = numberOf(after);
  if (seconds !== undefined) {
    return seconds * 1000;
  }
  const date = after ? Date.parse(after) : NaN;
  if (!Number.isNaN(date)) {
    return Math.max(0, date - now);
  }
  return resetMs ?? UNTOLD_MS;
}

const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next attempt: doubling, and spread over half of
 * it, so that jobs that failed together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}

/** Reads `Retry-After`: seconds, or a date. Zero when it says nothing. */
export function retryAfterMs(header: string | null, now: number): number {
  if (!header) {
    return 0;
  }
  if (/^\d+$/.test(header.trim())) {
    return Number(header) * 1000;
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

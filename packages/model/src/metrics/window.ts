import { earliest } from '../order';
import type { Rows } from '../rows';

/** `[from, to)` in milliseconds since the epoch. @public */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export const isWithin =
  ({ from, to }: Window) =>
  (time: number | null): boolean =>
    time !== null && from <= time && time < to;

/** "The first finished deployment (success or failure) of the scope in the tier". */
export const firstFinish = ({ successes, failures }: Rows) =>
  earliest([
    ...successes.map(success => success.deployment.finishedAt),
    ...failures.map(failure => failure.finishedAt),
  ]);

/** `no_data`: "no finished deployment of the scope in the tier before the window's end". */
export function hasData(rows: Rows, { to }: Window): boolean {
  const first = firstFinish(rows);
  return first !== undefined && first < to;
}

/**
 * "Observed days: fractional, from the later of `from` and the first finished
 * deployment [...] to the window's end, at least 1."
 *
 * @returns null where no deployment was finished before the window's end
 */
export function observedDays(rows: Rows, window: Window): number | null {
  const first = firstFinish(rows);
  return first !== undefined && first < window.to
    ? Math.max(1, (window.to - Math.max(window.from, first)) / 86_400_000)
    : null;
}

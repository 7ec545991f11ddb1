import { UserError } from './runtime';

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads durations such as `90s`, `15m`, `4h` or `1d`, into milliseconds.
 *
 * @throws UserError naming the flag
 */
export function parseDuration(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) {
    throw new UserError(
      `${flag} is "${text}", which is no duration; write a number and ms, s, m, h or d, such as 4h`,
    );
  }
  return Number(match[1]) * UNITS[match[2]];
}

const spelled = (amount: number, unit: string) => `${amount} ${unit}`;

/** A duration in words for progress lines, such as `2 min 5 s`. */
export function describeDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return spelled(seconds, 's');
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${spelled(minutes, 'min')} ${spelled(seconds % 60, 's')}`
    : `${spelled(Math.floor(minutes / 60), 'h')} ${spelled(
        minutes % 60,
        'min',
      )}`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `1 change`, `2 changes`. */
export const counted = (count: number, noun: string) =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A duration in the two largest units that say something. */
export function durationInWords(seconds: number): string {
  const rounded = Math.round(seconds);
  if (rounded === 0) {
    return seconds === 0 ? '0 seconds' : 'less than a second';
  }
  const first = UNITS.findIndex(([, size]) => rounded >= size);
  const [name, size] = UNITS[first];
  const whole = Math.floor(rounded / size);
  const [nextName, nextSize] = UNITS[first + 1] ?? ['second', 1];
  const rest = Math.floor((rounded - whole * size) / nextSize);
  return rest > 0
    ? `${counted(whole, name)} ${counted(rest, nextName)}`
    : counted(whole, name);
}

/** `12.5 %`. */
export const percent = (ratio: number) =>
  `${Number((ratio * 100).toFixed(1))} %`;

/** `the only change`, `all 3 changes`, `none of the 3 changes`, `1 of the 3 changes`. */
export function share(part: number, of: number, noun: string): string {
  if (of === 1) {
    return `the only ${noun}`;
  }
  if (part === of) {
    return `all ${counted(of, noun)}`;
  }
  const subset = part === 0 ? 'none' : String(part);
  return `${subset} of the ${counted(of, noun)}`;
}

/** Whether a {@link share} takes a verb in the plural. */
export const isMany = (part: number, of: number) => of > 1 && part > 1;

/** With a capital at its beginning. */
export const sentence = (text: string) =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

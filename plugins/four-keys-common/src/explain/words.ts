const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** How numbers are written within a sentence. @public */
export interface NumberWords {
  /** A whole number: `1,481`. */
  number(value: number): string;
  /** A rate a day: `3.2 a day`. */
  frequency(perDay: number): string;
  /** A duration in seconds: `4 hours 12 minutes`. */
  duration(seconds: number): string;
  /** A ratio from 0 to 1: `12.5 %`. */
  ratio(value: number): string;
}

const plural = (count: number, noun: string) =>
  `${noun}${count === 1 ? '' : 's'}`;

const inUnits = (count: number, unit: string) =>
  `${count} ${plural(count, unit)}`;

/** `1 change`, `2 changes`. */
export const counted = (count: number, noun: string, say: NumberWords) =>
  `${say.number(count)} ${plural(count, noun)}`;

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
    ? `${inUnits(whole, name)} ${inUnits(rest, nextName)}`
    : inUnits(whole, name);
}

/** Numbers as the API writes them for whoever asks, in whatever place. @public */
export const ENGLISH_NUMBERS: NumberWords = {
  number: String,
  frequency: perDay => `${Number(perDay.toPrecision(3))} a day`,
  duration: durationInWords,
  ratio: value => `${Number((value * 100).toFixed(1))} %`,
};

/** `the only change`, `all 3 changes`, `none of the 3 changes`, `1 of the 3 changes`. */
export function share(
  part: number,
  of: number,
  noun: string,
  say: NumberWords,
): string {
  if (of === 1) {
    return `the only ${noun}`;
  }
  if (part === of) {
    return `all ${counted(of, noun, say)}`;
  }
  const subset = part === 0 ? 'none' : say.number(part);
  return `${subset} of the ${counted(of, noun, say)}`;
}

/** Whether a {@link share} takes a verb in the plural. */
export const isMany = (part: number, of: number) => of > 1 && part > 1;

/** With a capital at its beginning. */
export const sentence = (text: string) =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

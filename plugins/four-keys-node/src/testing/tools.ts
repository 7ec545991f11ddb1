import type { OutgoingRecord, TransportRecord } from '../transport/port';

/** Tries until the expectation holds or patience ends, then fails with its message. */
export async function eventually(
  expectation: () => void | Promise<void>,
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Records `<key><n>` for n in [from, to), the keys taking turns. */
export function recordsOf(
  keys: readonly string[],
  from: number,
  to: number,
): OutgoingRecord[] {
  return Array.from({ length: to - from }, (_, i) =>
    keys.map(key => ({ key, value: Buffer.from(`${key}${from + i}`) })),
  ).flat();
}

export const textOf = ({ value }: TransportRecord) => String(value);

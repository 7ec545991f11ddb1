import { setTimeout } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first request to stop, as a signal for code that waits. A second one
 * while we are still stopping changes nothing: stopping has time limits.
 */
export function stopSignal(): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const stop = () => controller.abort();
  SIGNALS.forEach(name => process.on(name, stop));
  return {
    signal: controller.signal,
    release: () => SIGNALS.forEach(name => process.off(name, stop)),
  };
}

/** Resolves after a while, or at once when the signal is given. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  // An abort rejects; whoever waits looks at the signal itself.
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}

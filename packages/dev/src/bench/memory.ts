import { readFile } from 'node:fs/promises';
import { Spread, spreadOf } from './statistics';

const EVERY_MS = 500;

/**
 * Watches the resident memory of a process.
 *
 * @returns a function that ends it and gives MiB; null where the system does
 * not tell.
 */
export function watchMemory(pid: number): () => Spread | null {
  const seen: number[] = [];
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(
      () => '',
    );
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
    if (kilobytes) {
      seen.push(Number(kilobytes) / 1024);
    }
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return seen.length > 0 ? spreadOf(seen) : null;
  };
}

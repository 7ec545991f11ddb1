import { Client } from 'pg';
import { sleep } from '../process/signals';

const LOOK_MS = 50;

/** How long nothing may be stored before the benchmark gives up. */
const PATIENCE_MS = 120_000;

/** What storing what waits in a transport took. */
export interface DrainResult {
  readonly events: number;
  /** Events per second into the transport, from one producer, before. */
  readonly appendedPerSecond: number;
  readonly seconds: number;
  /** Events per second out of it until stored, while numbers are computed. */
  readonly eventsPerSecond: number;
  /** Resident memory of the process that stores, in MiB. */
  readonly mostMemoryMiB?: number;
}

/**
 * Watches a collector that has just been started until everything that waited
 * is stored. Begins with the first batch: starting is another matter.
 */
export async function watchDrain(
  connectionString: string,
  count: number,
  onProgress: (text: string) => void,
): Promise<{ seconds: number; eventsPerSecond: number }> {
  const client = new Client({ connectionString });
  await client.connect();
  const stored = async () => {
    const { rows } = await client.query<{ total: number }>(
      'SELECT coalesce(sum(total), 0)::float8 AS total FROM source_stats',
    );
    return rows[0].total;
  };
  try {
    let [first, last] = [0, 0];
    let [begin, seen] = [performance.now(), performance.now()];
    while (last < count) {
      await sleep(LOOK_MS);
      const now = await stored();
      if (now > last) {
        seen = performance.now();
        if (last === 0) {
          [first, begin] = [now, seen];
        }
        last = now;
        onProgress(`${now} of ${count} stored`);
      } else if (performance.now() - seen > PATIENCE_MS) {
        throw new Error(`${now} of ${count} events were stored, and no more`);
      }
    }
    const seconds = (seen - begin) / 1000;
    return { seconds, eventsPerSecond: (count - first) / seconds };
  } finally {
    await client.end();
  }
}

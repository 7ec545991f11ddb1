import { ServiceUnavailableError } from '@backstage/errors';
import {
  get,
  isComputed,
  readPipeline,
  Target,
  untilPipeline,
} from '../example/health';
import { BENCH_DAYS, benchEvents, inBatches } from './events';
import { Spread, spreadOf } from './statistics';

/** What sending and computing a number of events took. */
export interface IngestResult {
  readonly events: number;
  readonly batchSize: number;
  readonly senders: number;
  /** Until the last batch was answered. */
  readonly acceptedSeconds: number;
  /** Until all of them were stored. */
  readonly storedSeconds: number;
  /** Until every number that the events touch was computed. */
  readonly visibleSeconds: number;
  /** Events divided by the seconds until all were visible. */
  readonly eventsPerSecond: number;
  /** Accepted events per second, over slices of ten seconds. */
  readonly slices: Spread;
  /** Milliseconds that a batch took to be answered. */
  readonly batchMs: Spread;
}

const BATCH_SIZE = 100;
const SENDERS = 4;
const SLICE_MS = 10_000;

/** Sends events over HTTP and waits until their numbers can be read. */
export async function measureIngest(
  target: Target,
  count: number,
  onProgress: (text: string) => void,
): Promise<IngestResult> {
  const batches = inBatches(benchEvents(count, Date.now()), BATCH_SIZE);
  const batchMs: number[] = [];
  const answeredAt: number[] = [];
  const begin = performance.now();
  const sender = async () => {
    for (const batch of batches) {
      const from = performance.now();
      await sendBatch(target, batch);
      batchMs.push(performance.now() - from);
      answeredAt.push(performance.now() - begin);
      onProgress(`${answeredAt.length * BATCH_SIZE} of ${count} accepted`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const acceptedSeconds = (performance.now() - begin) / 1000;
  await untilPipeline(target, { holds: ({ lag }) => lag === 0, onProgress });
  const storedSeconds = (performance.now() - begin) / 1000;
  await untilPipeline(target, { holds: isComputed, onProgress });
  const visibleSeconds = (performance.now() - begin) / 1000;
  await requireAllStored(target, count);
  return {
    events: count,
    batchSize: BATCH_SIZE,
    senders: SENDERS,
    acceptedSeconds,
    storedSeconds,
    visibleSeconds,
    eventsPerSecond: count / visibleSeconds,
    slices: spreadOf(ratesBySlice(answeredAt)),
    batchMs: spreadOf(batchMs),
  };
}

/** Milliseconds of `GET /metrics` for one service after the other, 90 days. */
export async function measureQueries(
  target: Target,
  services: readonly string[],
  rounds: number,
  onProgress: (text: string) => void,
): Promise<Spread> {
  const took: number[] = [];
  const to = Date.now();
  const window = new URLSearchParams({
    from: new Date(to - BENCH_DAYS * 86_400_000).toISOString(),
    to: new Date(to).toISOString(),
  });
  for (let round = 0; round < rounds; round++) {
    for (const service of services) {
      const from = performance.now();
      await get(target, `/metrics?service=${service}&${window}`);
      took.push(performance.now() - from);
    }
    onProgress(`${took.length} questions`);
  }
  return spreadOf(took);
}

/** A fast pipeline that loses events would win every benchmark. */
async function requireAllStored(target: Target, count: number): Promise<void> {
  const { sources } = await readPipeline(target);
  const stored = sources.reduce((sum, { total }) => sum + total, 0);
  if (stored !== count) {
    throw new ServiceUnavailableError(
      `${count} events were accepted, but ${stored} are stored`,
    );
  }
}

/** @throws ServiceUnavailableError when not every event was accepted. */
export async function sendBatch(
  target: Target,
  batch: readonly unknown[],
): Promise<void> {
  const response = await fetch(`${target.url}/api/four-keys/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${target.token}`,
      'content-type': 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(batch),
  });
  const text = await response.text();
  if (response.status !== 202) {
    throw new ServiceUnavailableError(
      `A batch was answered with ${response.status}: ${text.slice(0, 500)}`,
    );
  }
}

function ratesBySlice(answeredAt: readonly number[]): number[] {
  const end = answeredAt.at(-1) ?? 0;
  // A last slice that is cut short would look slow or fast by accident.
  const whole = Math.max(1, Math.floor(end / SLICE_MS));
  const length = Math.min(SLICE_MS, end);
  return Array.from({ length: whole }, (_, slice) => {
    const inSlice = answeredAt.filter(
      at => at > slice * length && at <= (slice + 1) * length,
    );
    return (inSlice.length * BATCH_SIZE) / (length / 1000);
  });
}

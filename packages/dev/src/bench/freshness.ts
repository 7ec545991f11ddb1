import { Client } from 'pg';
import { get, isComputed, Target, untilPipeline } from '../example/health';
import { sleep } from '../process/signals';
import { BENCH_DAYS, benchServices } from './events';
import { sendBatch } from './pipeline';
import { Spread, spreadOf } from './statistics';

const LOAD_PER_SECOND = 500;
const TICK_MS = 100;
const LOOK_MS = 20;

/** A pipeline that is far too slow must not keep the benchmark forever. */
const PATIENCE_MS = 60_000;

const deployment = (service: string, id: string) => ({
  specversion: '1.0',
  id,
  source: 'bench.freshness',
  type: 'dev.fourkeys.deploy.completed',
  time: new Date().toISOString(),
  data: {
    service_id: service,
    deployment_id: id,
    environment: 'production',
    status: 'success',
  },
});

async function countOf(target: Target, service: string): Promise<number> {
  const to = Date.now();
  const query = new URLSearchParams({
    service,
    from: new Date(to - BENCH_DAYS * 86_400_000).toISOString(),
    to: new Date(to).toISOString(),
  });
  const answer = (await get(target, `/metrics?${query}`)) as {
    metrics: { deploymentFrequency: { count: number } };
  };
  return answer.metrics.deploymentFrequency.count;
}

/**
 * Milliseconds from publishing a deployment until `GET /metrics` counts it,
 * while other services send 500 events a second. The services asked have the
 * history that is stored already.
 */
export async function measureFreshness(
  target: Target,
  options: {
    readonly probes: number;
    readonly onProgress: (text: string) => void;
  },
): Promise<Spread> {
  const services = benchServices();
  const half = services.length / 2;
  const took: number[] = [];
  let over = false;
  const load = (async () => {
    const begin = performance.now();
    for (let tick = 0; !over; tick++) {
      const events = Array.from(
        { length: (LOAD_PER_SECOND * TICK_MS) / 1000 },
        (_, n) => deployment(services[half + (n % half)], `load-${tick}-${n}`),
      );
      await sendBatch(target, events);
      await sleep(
        Math.max(0, begin + (tick + 1) * TICK_MS - performance.now()),
      );
    }
  })();
  try {
    const deadline = Date.now() + PATIENCE_MS;
    for (
      let probe = 0;
      probe < options.probes && Date.now() < deadline;
      probe++
    ) {
      const service = services[probe % half];
      const before = await countOf(target, service);
      const begin = performance.now();
      await sendBatch(target, [deployment(service, `probe-${probe}`)]);
      while ((await countOf(target, service)) === before) {
        await sleep(LOOK_MS);
      }
      took.push(performance.now() - begin);
      options.onProgress(`${took.length} of ${options.probes} seen`);
    }
  } finally {
    over = true;
    await load;
  }
  return spreadOf(took);
}

/** What computing every number again took. */
export interface RecomputeResult {
  readonly services: number;
  /** Days of a service in an environment with something in them. */
  readonly buckets: number;
  readonly seconds: number;
  readonly bucketsPerSecond: number;
}

/** Marks every service dirty and waits until every number is computed again. */
export async function measureRecompute(
  target: Target,
  options: {
    readonly connectionString: string;
    readonly onProgress: (text: string) => void;
  },
): Promise<RecomputeResult> {
  const client = new Client({ connectionString: options.connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ services: number; buckets: number }>(
      `SELECT count(DISTINCT service)::int AS services,
         count(DISTINCT (service, environment, date_trunc('day', finished_at)))::int AS buckets
       FROM deployments`,
    );
    await client.query(
      `INSERT INTO dirty (service, environment, from_time)
       SELECT DISTINCT service, '', now() FROM deployments`,
    );
    const begin = performance.now();
    await untilPipeline(target, {
      holds: isComputed,
      onProgress: options.onProgress,
    });
    const seconds = (performance.now() - begin) / 1000;
    return { ...rows[0], seconds, bucketsPerSecond: rows[0].buckets / seconds };
  } finally {
    await client.end();
  }
}

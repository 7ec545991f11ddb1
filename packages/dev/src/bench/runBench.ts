import { Client } from 'pg';
import { startExampleBackend } from '../example/backend';
import { findFreePort } from '../net/ports';
import { PostgresServer, startPostgres } from '../postgres/server';
import { Progress } from '../start/progress';
import { benchEvents, benchServices } from './events';
import { measureNaiveConsumer } from './naive';
import { measureIngest, measureQueries, Target } from './pipeline';
import {
  BenchReport,
  describeMachine,
  GOAL_EVENTS_PER_SECOND,
  GOAL_QUERY_P95_MS,
} from './report';
import { spreadOf } from './statistics';

/** As safe as PostgreSQL is by default, though the data is thrown away. */
const DURABLE = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: 200,
};

const NAIVE_EVENTS = 3_000;
const NAIVE_ROUNDS = 3;
const QUERY_ROUNDS = 5;
const TOKEN = 'bench-token';

/** Measures the pipeline and the yardstick on a fresh database. */
export async function runBench(
  events: number,
  progress: Progress,
): Promise<BenchReport> {
  const postgres = await progress.step('Starting PostgreSQL', () =>
    startPostgres({ throwAway: true, settings: DURABLE }),
  );
  try {
    const naive = await progress.step('One event per transaction', () =>
      measureYardstick(postgres.connectionString),
    );
    const measured = await withBackend(postgres, progress, target =>
      measurePipeline(target, events, progress),
    );
    return {
      at: new Date().toISOString(),
      machine: describeMachine(),
      versions: {
        node: process.versions.node,
        postgres: await postgresVersion(postgres.connectionString),
      },
      ...measured,
      naive: { events: NAIVE_EVENTS * NAIVE_ROUNDS, eventsPerSecond: naive },
      ratios: {
        ingestToNaive: measured.ingest.eventsPerSecond / naive.p50,
        ingestToGoal: measured.ingest.eventsPerSecond / GOAL_EVENTS_PER_SECOND,
        queryLimitToP95: GOAL_QUERY_P95_MS / measured.metricsMs.p95,
      },
    };
  } finally {
    await progress.step('Stopping PostgreSQL', () => postgres.stop());
  }
}

async function measureYardstick(connectionString: string) {
  const sample = [...benchEvents(NAIVE_EVENTS, Date.now())];
  const rates: number[] = [];
  for (let round = 0; round < NAIVE_ROUNDS; round++) {
    rates.push(await measureNaiveConsumer(connectionString, sample));
  }
  return spreadOf(rates);
}

async function measurePipeline(
  target: Target,
  events: number,
  progress: Progress,
) {
  const ingest = await progress.step('HTTP to visible metrics', detail =>
    measureIngest(target, events, detail),
  );
  const metricsMs = await progress.step('GET /metrics', detail =>
    measureQueries(target, benchServices(), QUERY_ROUNDS, detail),
  );
  return { ingest, metricsMs };
}

async function withBackend<T>(
  postgres: PostgresServer,
  progress: Progress,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const backend = startExampleBackend({
    port: await findFreePort(),
    postgres,
    env: { FOUR_KEYS_TOKEN: TOKEN },
  });
  try {
    await progress.step('Starting Backstage', () => backend.ready());
    return await work({ url: backend.url, token: TOKEN });
  } finally {
    await progress.step('Stopping Backstage', () => backend.stop());
  }
}

async function postgresVersion(connectionString: string): Promise<string> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>(
      'show server_version',
    );
    return rows[0].server_version;
  } finally {
    await client.end();
  }
}

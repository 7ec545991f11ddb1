import { Client } from 'pg';
import { startExampleBackend } from '../example/backend';
import { Target } from '../example/health';
import { findFreePort } from '../net/ports';
import { PostgresServer, startPostgres } from '../postgres/server';
import { Progress } from '../start/progress';
import { GOAL_CATALOG_MS, measureCatalog } from './catalogProcessor';
import { benchEvents, benchServices } from './events';
import { measureNaiveConsumer } from './naive';
import { measureIngest, measureQueries } from './pipeline';
import { measureRawFacts } from './rawFacts';
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

/** Backstage reads configuration from variables of this form. */
const ONE_BY_ONE = { APP_CONFIG_fourKeys_collector_maxRecords: '1' };

const BATCHED = 'batched_';
const ONE_BY_ONE_EVENTS = 1_000;
const NAIVE_EVENTS = 3_000;
const NAIVE_ROUNDS = 3;
const QUERY_ROUNDS = 5;
const TOKEN = 'bench-token';

/** Measures the pipeline and the yardstick on a fresh database. */
export async function runBench(
  events: number,
  progress: Progress,
): Promise<BenchReport> {
  const catalog = await progress.step(
    'A catalog through the processor',
    detail => measureCatalog(detail),
  );
  const postgres = await progress.step('Starting PostgreSQL', () =>
    startPostgres({ throwAway: true, settings: DURABLE }),
  );
  try {
    const naive = await progress.step('Plain inserts, one by one', () =>
      measurePlainInserts(postgres.connectionString),
    );
    const oneByOne = await withBackend(
      { postgres, progress, prefix: 'one_by_one_', env: ONE_BY_ONE },
      target =>
        progress.step('The pipeline, one event per transaction', detail =>
          measureIngest(target, ONE_BY_ONE_EVENTS, detail),
        ),
    );
    const measured = await withBackend(
      { postgres, progress, prefix: BATCHED },
      target => measurePipeline(target, { postgres, events, progress }),
    );
    return {
      at: new Date().toISOString(),
      machine: describeMachine(),
      versions: {
        node: process.versions.node,
        postgres: await postgresVersion(postgres.connectionString),
      },
      ...measured,
      catalog,
      oneByOne,
      naive: { events: NAIVE_EVENTS * NAIVE_ROUNDS, eventsPerSecond: naive },
      ratios: {
        ingestToOneByOne:
          measured.ingest.eventsPerSecond / oneByOne.eventsPerSecond,
        ingestToNaive: measured.ingest.eventsPerSecond / naive.p50,
        ingestToGoal: measured.ingest.eventsPerSecond / GOAL_EVENTS_PER_SECOND,
        queryLimitToP95: GOAL_QUERY_P95_MS / measured.metricsMs.p95,
        catalogLimitToSlowest: GOAL_CATALOG_MS / catalog.roundMs.max,
        rawFactsToQuery: measured.rawFactsMs.p95 / measured.metricsMs.p95,
      },
    };
  } finally {
    await progress.step('Stopping PostgreSQL', () => postgres.stop());
  }
}

async function measurePlainInserts(connectionString: string) {
  const sample = [...benchEvents(NAIVE_EVENTS, Date.now())];
  const rates: number[] = [];
  for (let round = 0; round < NAIVE_ROUNDS; round++) {
    rates.push(await measureNaiveConsumer(connectionString, sample));
  }
  return spreadOf(rates);
}

async function measurePipeline(
  target: Target,
  options: {
    readonly postgres: PostgresServer;
    readonly events: number;
    readonly progress: Progress;
  },
) {
  const { postgres, events, progress } = options;
  const services = benchServices();
  const ingest = await progress.step('HTTP to visible metrics', detail =>
    measureIngest(target, events, detail),
  );
  const metricsMs = await progress.step('GET /metrics', detail =>
    measureQueries(target, services, QUERY_ROUNDS, detail),
  );
  const database = new URL(postgres.connectionString);
  database.pathname = `/${BATCHED}four-keys`;
  const rawFactsMs = await progress.step(
    'The same question to the events',
    onProgress =>
      measureRawFacts(target, {
        connectionString: database.href,
        services,
        onProgress,
      }),
  );
  return { ingest, metricsMs, rawFactsMs };
}

async function withBackend<T>(
  options: {
    readonly postgres: PostgresServer;
    readonly progress: Progress;
    readonly prefix: string;
    readonly env?: Readonly<Record<string, string>>;
  },
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const { progress } = options;
  const backend = startExampleBackend({
    port: await findFreePort(),
    postgres: options.postgres,
    databasePrefix: options.prefix,
    env: { ...options.env, FOUR_KEYS_TOKEN: TOKEN },
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

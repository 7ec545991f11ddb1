import { Client } from 'pg';
import { startExampleBackend } from '../example/backend';
import { Target } from '../example/health';
import { findFreePort } from '../net/ports';
import { PostgresServer, startPostgres } from '../postgres/server';
import { Progress } from '../start/progress';
import { measureCatalog } from './catalogProcessor';
import { benchEvents, benchServices } from './events';
import { measureNaiveConsumer } from './naive';
import { measureIngest, measureQueries } from './pipeline';
import { measureFreshness, measureRecompute } from './freshness';
import { watchMemory } from './memory';
import { measureRawFacts } from './rawFacts';
import { measureFleet, measureTable } from './reads';
import { BenchReport, describeMachine, Measured, ratiosOf } from './report';
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
const READ_ROUNDS = 20;
const PROBES = 100;
const TOKEN = 'bench-token';

/** What can be left out. Sending events cannot: everything is asked of them. */
export const ROWS = [
  'catalog',
  'yardsticks',
  'service',
  'table',
  'fleet',
  'visible',
  'recompute',
] as const;

/** One of {@link ROWS}. */
export type Row = (typeof ROWS)[number];

/** Measures the pipeline and the yardsticks on a fresh database. */
export async function runBench(options: {
  readonly events: number;
  readonly rows: ReadonlySet<Row>;
  readonly progress: Progress;
}): Promise<BenchReport> {
  const { events, rows, progress } = options;
  const catalog = rows.has('catalog')
    ? await progress.step('A catalog through the processor', detail =>
        measureCatalog(detail),
      )
    : undefined;
  const postgres = await progress.step('Starting PostgreSQL', () =>
    startPostgres({ throwAway: true, settings: DURABLE }),
  );
  try {
    const yardsticks = rows.has('yardsticks')
      ? await measureYardsticks(postgres, progress)
      : undefined;
    const measured = await withBackend(
      { postgres, progress, prefix: BATCHED },
      (target, pid) =>
        measurePipeline(target, { postgres, events, rows, progress, pid }),
    );
    return {
      at: new Date().toISOString(),
      machine: describeMachine(),
      versions: {
        node: process.versions.node,
        postgres: await postgresVersion(postgres.connectionString),
      },
      ...measured,
      ...yardsticks,
      catalog,
      ratios: ratiosOf({ ...measured, ...yardsticks, catalog }),
    };
  } finally {
    await progress.step('Stopping PostgreSQL', () => postgres.stop());
  }
}

async function measureYardsticks(postgres: PostgresServer, progress: Progress) {
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
  return {
    oneByOne,
    naive: { events: NAIVE_EVENTS * NAIVE_ROUNDS, eventsPerSecond: naive },
  };
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
    readonly rows: ReadonlySet<Row>;
    readonly progress: Progress;
    readonly pid: number;
  },
): Promise<Measured> {
  const { postgres, events, rows, progress } = options;
  const services = benchServices();
  const database = new URL(postgres.connectionString);
  database.pathname = `/${BATCHED}four-keys`;
  const connectionString = database.href;
  const measure = async <T>(
    row: Row,
    label: string,
    work: (onProgress: (text: string) => void) => Promise<T>,
  ) => (rows.has(row) ? progress.step(label, work) : undefined);

  const endWatch = watchMemory(options.pid);
  const ingest = await progress.step('HTTP to visible metrics', detail =>
    measureIngest(target, events, detail),
  );
  const memoryMiB = endWatch() ?? undefined;
  const metricsMs = await measure('service', 'GET /metrics', detail =>
    measureQueries(target, services, QUERY_ROUNDS, detail),
  );
  const rawFactsMs = await measure(
    'service',
    'The same question to the events',
    onProgress =>
      measureRawFacts(target, { connectionString, services, onProgress }),
  );
  const tableMs = await measure('table', 'A table of 100 services', () =>
    measureTable(target, READ_ROUNDS),
  );
  const fleet = await measure('fleet', 'The whole fleet by week', () =>
    measureFleet(target, { connectionString, rounds: READ_ROUNDS }),
  );
  const recompute = await measure(
    'recompute',
    'Every number again',
    onProgress => measureRecompute(target, { connectionString, onProgress }),
  );
  const visibleMs = await measure(
    'visible',
    'Published to visible at 500 events/s',
    onProgress => measureFreshness(target, { probes: PROBES, onProgress }),
  );
  return {
    ingest,
    memoryMiB,
    metricsMs,
    rawFactsMs,
    tableMs,
    fleet,
    recompute,
    visibleMs,
  };
}

async function withBackend<T>(
  options: {
    readonly postgres: PostgresServer;
    readonly progress: Progress;
    readonly prefix: string;
    readonly env?: Readonly<Record<string, string>>;
  },
  work: (target: Target, pid: number) => Promise<T>,
): Promise<T> {
  const { progress } = options;
  const backend = startExampleBackend({
    package: 'collector',
    port: await findFreePort(),
    postgres: options.postgres,
    databasePrefix: options.prefix,
    env: { ...options.env, FOUR_KEYS_TOKEN: TOKEN },
  });
  try {
    await progress.step('Starting Backstage', () => backend.ready());
    return await work(
      { url: backend.url, token: TOKEN },
      backend.child.process.pid!,
    );
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

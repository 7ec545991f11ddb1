import { Client } from 'pg';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { startPostgres } from '../postgres/server';
import { inRepository } from '../repository';
import { Progress } from '../start/progress';
import { Backends, type Running } from './backends';
import { measureCatalog } from './catalogProcessor';
import { compileCollector } from './compile';
import { benchEvents, benchServices } from './events';
import { measureNaiveConsumer } from './naive';
import { measureIngest, measureQueries } from './pipeline';
import { measureFreshness, measureRecompute } from './freshness';
import { watchMemory } from './memory';
import { measureRawFacts } from './rawFacts';
import { measureFleet, measureTable } from './reads';
import {
  BenchReport,
  describeMachine,
  Measured,
  ratiosOf,
  type Transports,
} from './report';
import { measureStatement } from './statement';
import { spreadOf } from './statistics';
import { measureKafka, measurePostgresLog } from './transports';
import { measureWebhooks, WEBHOOK_SOURCE } from './webhooks';

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
const WEBHOOKS = 3_000;

/** What waits in a transport until a collector starts. */
const WAITING_EVENTS = 200_000;

/** What can be left out. Sending events cannot: everything is asked of them. */
export const ROWS = [
  'catalog',
  'yardsticks',
  'statement',
  'log',
  'kafka',
  'webhooks',
  'service',
  'table',
  'fleet',
  'visible',
  'recompute',
] as const;

/** Those whose cost may grow with the history. */
export const HISTORY_ROWS: readonly Row[] = [
  'service',
  'table',
  'fleet',
  'visible',
  'recompute',
];

/** One of {@link ROWS}. */
export type Row = (typeof ROWS)[number];

/** How much is measured. */
export interface BenchOptions {
  readonly events: number;
  readonly rows: ReadonlySet<Row>;
  readonly progress: Progress;
}

/** Measures the pipeline and the yardsticks on a fresh database. */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const { events, rows, progress } = options;
  const catalog = rows.has('catalog')
    ? await progress.step('A catalog through the processor', detail =>
        measureCatalog(detail),
      )
    : undefined;
  // Within the repository, where what it requires is found.
  const cache = inRepository('node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'four-keys-bench-'));
  const postgres = await progress.step('Starting PostgreSQL', () =>
    startPostgres({ throwAway: true, settings: DURABLE }),
  );
  try {
    const compiled = await compileCollector(folder);
    const backends = new Backends({ postgres, compiled, progress });
    const transports = await measureTransports(backends, options);
    const yardsticks = rows.has('yardsticks')
      ? await measureYardsticks(backends, progress)
      : undefined;
    const measured = await backends.use({ prefix: BATCHED }, running =>
      measurePipeline(running, { backends, events, rows, progress }),
    );
    const found = { ...measured, ...yardsticks, ...transports, catalog };
    return {
      at: new Date().toISOString(),
      machine: describeMachine(),
      versions: {
        node: process.versions.node,
        postgres: await postgresVersion(postgres.connectionString),
      },
      ...found,
      ratios: ratiosOf(found),
    };
  } finally {
    await progress.step('Stopping PostgreSQL', () => postgres.stop());
    await rm(folder, { recursive: true, force: true });
  }
}

/** The ways in besides single requests, each beside its own yardstick. */
async function measureTransports(
  backends: Backends,
  { events, rows, progress }: BenchOptions,
): Promise<Transports> {
  const waiting = Math.min(events, WAITING_EVENTS);
  const measure = async <T>(
    row: Row,
    label: string,
    work: (onProgress: (text: string) => void) => Promise<T>,
  ) => (rows.has(row) ? progress.step(label, work) : undefined);
  return {
    statement: await measure('statement', 'The statement, beside COPY', () =>
      measureStatement(backends.connectionString),
    ),
    log: await measure('log', 'Out of the log in PostgreSQL', detail =>
      measurePostgresLog(backends, waiting, detail),
    ),
    kafka: await measure('kafka', 'Out of Kafka', detail =>
      measureKafka(backends, waiting, detail),
    ),
    webhooks: await measure('webhooks', 'Signed pushes of 50 KB', detail =>
      backends.use(
        { package: 'backend', prefix: 'webhooks_', env: WEBHOOK_SOURCE },
        ({ target }) => measureWebhooks(target, WEBHOOKS, detail),
      ),
    ),
  };
}

async function measureYardsticks(backends: Backends, progress: Progress) {
  const naive = await progress.step('Plain inserts, one by one', () =>
    measurePlainInserts(backends.connectionString),
  );
  const oneByOne = await backends.use(
    { prefix: 'one_by_one_', env: ONE_BY_ONE },
    ({ target }) =>
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
  { target, pid }: Running,
  options: BenchOptions & { readonly backends: Backends },
): Promise<Measured> {
  const { backends, events, rows, progress } = options;
  const services = benchServices();
  const connectionString = backends.databaseOf(BATCHED);
  const measure = async <T>(
    row: Row,
    label: string,
    work: (onProgress: (text: string) => void) => Promise<T>,
  ) => (rows.has(row) ? progress.step(label, work) : undefined);

  const endWatch = watchMemory(pid);
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

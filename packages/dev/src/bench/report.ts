import os from 'node:os';
import { GOAL_CATALOG_MS, type CatalogResult } from './catalogProcessor';
import { IngestResult } from './pipeline';
import { Spread } from './statistics';

/** Everything that one run of the benchmark measured. */
export interface BenchReport {
  readonly at: string;
  readonly machine: {
    readonly cores: number;
    readonly processor: string;
    readonly memoryGiB: number;
    readonly system: string;
  };
  readonly versions: { readonly node: string; readonly postgres: string };
  readonly ingest: IngestResult;
  /** Milliseconds of `GET /metrics` for one service, 90 days. */
  readonly metricsMs: Spread;
  /** Milliseconds of the same question to the stored events, without HTTP. */
  readonly rawFactsMs: Spread;
  /** The same pipeline with one event per transaction. */
  readonly oneByOne: IngestResult;
  /** Plain inserts, one event per transaction: events per second. */
  readonly naive: { readonly events: number; readonly eventsPerSecond: Spread };
  /** A whole catalog through the processor that checks annotations. */
  readonly catalog: CatalogResult;
  readonly ratios: {
    /** To the same pipeline that writes one event per transaction. */
    readonly ingestToOneByOne: number;
    /** Ours, HTTP and computing included, to the plain inserts. */
    readonly ingestToNaive: number;
    /** The limit of 50 ms to the measured p95: above 1 is better. */
    readonly queryLimitToP95: number;
    /** The p95 of the same question asked of the stored events to the measured p95. */
    readonly rawFactsToQuery: number;
    /** The limit of 2 s for a catalog to the slowest round: above 1 is better. */
    readonly catalogLimitToSlowest: number;
    /** The measured rate to the 2,000 events/s asked for. */
    readonly ingestToGoal: number;
  };
}

export const GOAL_EVENTS_PER_SECOND = 2_000;
export const GOAL_QUERY_P95_MS = 50;

/** What the benchmark ran on. */
export function describeMachine(): BenchReport['machine'] {
  const [first] = os.cpus();
  return {
    cores: os.cpus().length,
    processor: first?.model ?? 'unknown',
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
  };
}

const rate = (value: number) => Math.round(value).toLocaleString('en-US');
const ms = (value: number) => `${value.toFixed(1)} ms`;
const seconds = (value: number) => `${value.toFixed(1)} s`;
const ratio = (value: number) => `${value.toFixed(2)} x`;

/** The report for people. */
export function renderReport(report: BenchReport): string {
  return [
    ...machineLines(report),
    '',
    ...ingestLines(report.ingest),
    '',
    `GET /metrics for one service over them, 90 days, ` +
      `${report.metricsMs.count} questions`,
    `  ${percentiles(report.metricsMs)}, slowest ${ms(report.metricsMs.max)}`,
    'The same question to the events themselves, in the database, without HTTP',
    `  ${percentiles(report.rawFactsMs)}, slowest ${ms(report.rawFactsMs.max)}`,
    '',
    ...catalogLines(report.catalog),
    '',
    ...yardstickLines(report),
    '',
    ...ratioLines(report.ratios),
    '',
  ].join('\n');
}

function machineLines({ machine, versions }: BenchReport): string[] {
  const { cores, processor, memoryGiB, system } = machine;
  return [
    '',
    `Machine    ${cores} cores of ${processor}, ${memoryGiB} GiB, ${system}`,
    `Versions   Node.js ${versions.node}, PostgreSQL ${versions.postgres}`,
  ];
}

function ingestLines(ingest: IngestResult): string[] {
  const { slices, batchMs, batchSize, senders } = ingest;
  const range = `${rate(slices.min)} to ${rate(slices.max)}`;
  return [
    `HTTP to visible metrics, batches of ${batchSize}, ${senders} senders, ` +
      `${rate(ingest.events)} events`,
    `  accepted after       ${seconds(ingest.acceptedSeconds)}`,
    `  stored after         ${seconds(ingest.storedSeconds)}`,
    `  visible after        ${seconds(ingest.visibleSeconds)}`,
    `  sustained            ${rate(ingest.eventsPerSecond)} events/s`,
    `  spread (10 s slices) ${range}, median ${rate(slices.p50)} accepted/s`,
    `  answer to a batch    ${percentiles(batchMs)}`,
  ];
}

function catalogLines({ entities, withProblems, roundMs }: CatalogResult) {
  return [
    `The catalog processor, ${rate(entities)} entities, ` +
      `${rate(withProblems)} with something to mend`,
    `  median ${ms(roundMs.p50)}, slowest ${ms(roundMs.max)} of ` +
      `${roundMs.count} rounds`,
  ];
}

function yardstickLines({ oneByOne, naive }: BenchReport): string[] {
  const { min, p50, max } = naive.eventsPerSecond;
  return [
    `Yardstick 1: the same pipeline, one event per transaction, ` +
      `${rate(oneByOne.events)} events`,
    `  ${rate(oneByOne.eventsPerSecond)} events/s`,
    `Yardstick 2: plain inserts, one per transaction, no HTTP, nothing ` +
      `computed, ${rate(naive.events)} events`,
    `  ${rate(p50)} events/s (${rate(min)} to ${rate(max)})`,
  ];
}

function ratioLines(ratios: BenchReport['ratios']): string[] {
  return [
    'Ratios',
    `  ${ratio(ratios.ingestToOneByOne)} the rate of yardstick 1`,
    `  ${ratio(ratios.ingestToNaive)} the rate of yardstick 2`,
    `  ${ratio(ratios.ingestToGoal)} the goal of ` +
      `${rate(GOAL_EVENTS_PER_SECOND)} events/s`,
    `  ${ratio(ratios.queryLimitToP95)} faster at p95 than the limit of ` +
      `${ms(GOAL_QUERY_P95_MS)}`,
    `  ${ratio(ratios.catalogLimitToSlowest)} faster at its slowest than the ` +
      `limit of ${ms(GOAL_CATALOG_MS)} for the catalog`,
    `  ${ratio(ratios.rawFactsToQuery)} the p95 of GET /metrics for the same ` +
      `question to the events (it grows with them; few are quickly read)`,
  ];
}

function percentiles({ p50, p95, p99 }: Spread): string {
  return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`;
}

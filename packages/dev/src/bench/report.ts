import os from 'node:os';
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
  /** Milliseconds of `GET /metrics` for one service, 30 days. */
  readonly metricsMs: Spread;
  /** Events per second of a consumer with one transaction per event. */
  readonly naive: { readonly events: number; readonly eventsPerSecond: Spread };
  readonly ratios: {
    /** Ours, HTTP and computing included, to the naive consumer. */
    readonly ingestToNaive: number;
    /** The limit of 50 ms to the measured p95: above 1 is better. */
    readonly queryLimitToP95: number;
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

/** The report for people. */
export function renderReport(report: BenchReport): string {
  const { ingest, metricsMs, naive, ratios, machine, versions } = report;
  const rate = (value: number) => Math.round(value).toLocaleString('en-US');
  const ms = (value: number) => value.toFixed(1);
  const ratio = (value: number) => `${value.toFixed(2)} x`;
  return `
Machine    ${machine.cores} cores of ${machine.processor}, ${
    machine.memoryGiB
  } GiB, ${machine.system}
Versions   Node.js ${versions.node}, PostgreSQL ${versions.postgres}

HTTP to visible metrics, batches of ${ingest.batchSize}, ${
    ingest.senders
  } senders, ${rate(ingest.events)} events
  accepted after       ${ingest.acceptedSeconds.toFixed(1)} s
  visible after        ${ingest.visibleSeconds.toFixed(1)} s
  sustained            ${rate(ingest.eventsPerSecond)} events/s
  spread (10 s slices) ${rate(ingest.slices.min)} to ${rate(
    ingest.slices.max,
  )}, median ${rate(ingest.slices.p50)} events/s accepted
  answer to a batch    p50 ${ms(ingest.batchMs.p50)} ms, p95 ${ms(
    ingest.batchMs.p95,
  )} ms, p99 ${ms(ingest.batchMs.p99)} ms

GET /metrics for one service over them, ${metricsMs.count} questions
  p50 ${ms(metricsMs.p50)} ms, p95 ${ms(metricsMs.p95)} ms, p99 ${ms(
    metricsMs.p99,
  )} ms, slowest ${ms(metricsMs.max)} ms

One event per transaction, nothing computed, no HTTP (yardstick), ${rate(
    naive.events,
  )} events
  ${rate(naive.eventsPerSecond.p50)} events/s (${rate(
    naive.eventsPerSecond.min,
  )} to ${rate(naive.eventsPerSecond.max)})

Ratios
  ${ratio(ratios.ingestToNaive)} the yardstick's rate
  ${ratio(ratios.ingestToGoal)} the goal of ${rate(
    GOAL_EVENTS_PER_SECOND,
  )} events/s
  ${ratio(
    ratios.queryLimitToP95,
  )} faster at p95 than the limit of ${GOAL_QUERY_P95_MS} ms
`;
}

import os from 'node:os';
import { GOAL_CATALOG_MS, type CatalogResult } from './catalogProcessor';
import { RecomputeResult } from './freshness';
import { IngestResult } from './pipeline';
import { FleetResult } from './reads';
import type { StatementResult } from './statement';
import { Spread } from './statistics';
import type { DrainResult } from './drain';
import type { KafkaResult } from './transports';
import { GOAL_WEBHOOKS_PER_SECOND, type WebhookResult } from './webhooks';

/** What was measured of the pipeline; rows that were not asked for are missing. */
export interface Measured {
  readonly ingest: IngestResult;
  /** Resident memory of the process while events came in, in MiB. */
  readonly memoryMiB?: Spread;
  /** Milliseconds of `GET /metrics` for one service, 90 days. */
  readonly metricsMs?: Spread;
  /** Milliseconds of the same question to the stored events, without HTTP. */
  readonly rawFactsMs?: Spread;
  /** Milliseconds of a table of 100 services, 30 days. */
  readonly tableMs?: Spread;
  readonly fleet?: FleetResult;
  readonly recompute?: RecomputeResult;
  /** Milliseconds from published to counted at 500 events/s. */
  readonly visibleMs?: Spread;
  /** A whole catalog through the processor that checks annotations. */
  readonly catalog?: CatalogResult;
}

/** What the pipeline is compared with. */
export interface Yardsticks {
  /** The same pipeline with one event per transaction. */
  readonly oneByOne?: IngestResult;
  /** Plain inserts, one event per transaction: events per second. */
  readonly naive?: {
    readonly events: number;
    readonly eventsPerSecond: Spread;
  };
}

/** The ways in besides single requests. */
export interface Transports {
  readonly statement?: StatementResult;
  /** Out of the log in PostgreSQL. */
  readonly log?: DrainResult;
  readonly kafka?: KafkaResult;
  readonly webhooks?: WebhookResult;
}

/** Above 1 is better; missing where one side was not measured. */
export interface Ratios {
  /** To the same pipeline that writes one event per transaction. */
  readonly ingestToOneByOne?: number;
  /** Ours, HTTP and computing included, to the plain inserts. */
  readonly ingestToNaive?: number;
  /** The measured rate to the 8,000 events/s asked for. */
  readonly ingestToGoal: number;
  /** The rate of the statement that stores to 60 % of that of COPY. */
  readonly statementToGoal?: number;
  /** The rate out of the log to the 8,000 events/s asked for. */
  readonly logToGoal?: number;
  /** The rate out of Kafka to the 10,000 events/s asked for. */
  readonly kafkaToGoal?: number;
  /** The rate out of Kafka to twenty times one record at a time. */
  readonly kafkaToTwentyNaive?: number;
  /** The measured rate to the 300 webhooks/s asked for. */
  readonly webhooksToGoal?: number;
  /** The limit of 20 min to what ten million events took; missing below. */
  readonly backfillLimitToTaken?: number;
  /** The limit of 256 MiB to the most memory seen while the log was emptied. */
  readonly memoryLimitToMostOfLog?: number;
  /** The limit of 256 MiB to the most memory seen while Kafka was emptied. */
  readonly memoryLimitToMostOfKafka?: number;
  /** The limit of 256 MiB to the most memory seen. */
  readonly memoryLimitToMost?: number;
  /** The limit of 50 ms to the measured p95. */
  readonly serviceLimitToP95?: number;
  /** The p95 of the same question asked of the stored events to the measured p95. */
  readonly rawFactsToService?: number;
  /** The limit of 100 ms to the measured p95. */
  readonly tableLimitToP95?: number;
  /** The limit of 100 ms to the measured p95. */
  readonly fleetLimitToP95?: number;
  /** The p95 of the same question asked of the stored events to the measured p95. */
  readonly rawFactsToFleet?: number;
  /** The measured rate to the 10,000 buckets/s asked for. */
  readonly recomputeToGoal?: number;
  /** The limit of 2 s to the measured p99. */
  readonly visibleLimitToP99?: number;
  /** The limit of 2 s for a catalog to the slowest round. */
  readonly catalogLimitToSlowest?: number;
}

/** Everything that one run of the benchmark measured. */
export interface BenchReport extends Measured, Yardsticks, Transports {
  readonly at: string;
  readonly machine: {
    readonly cores: number;
    readonly processor: string;
    readonly memoryGiB: number;
    readonly system: string;
  };
  readonly versions: { readonly node: string; readonly postgres: string };
  readonly ratios: Ratios;
}

const GOALS = {
  eventsPerSecond: 8_000,
  shareOfCopy: 0.6,
  kafkaEventsPerSecond: 10_000,
  naiveTimes: 20,
  backfillEvents: 10_000_000,
  backfillSeconds: 20 * 60,
  memoryMiB: 256,
  serviceMs: 50,
  tableMs: 100,
  fleetMs: 100,
  bucketsPerSecond: 10_000,
  visibleMs: 2_000,
} as const;

const divide = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a / b;

/** Every measurement beside its aim and its yardstick. */
export function ratiosOf(found: Measured & Yardsticks & Transports): Ratios {
  const { eventsPerSecond } = found.ingest;
  const { log, kafka } = found;
  return {
    ingestToOneByOne: divide(eventsPerSecond, found.oneByOne?.eventsPerSecond),
    ingestToNaive: divide(eventsPerSecond, found.naive?.eventsPerSecond.p50),
    ingestToGoal: eventsPerSecond / GOALS.eventsPerSecond,
    statementToGoal: divide(found.statement?.shareOfCopy, GOALS.shareOfCopy),
    logToGoal: divide(log?.eventsPerSecond, GOALS.eventsPerSecond),
    kafkaToGoal: divide(kafka?.eventsPerSecond, GOALS.kafkaEventsPerSecond),
    kafkaToTwentyNaive: divide(
      kafka?.eventsPerSecond,
      kafka && kafka.naiveEventsPerSecond * GOALS.naiveTimes,
    ),
    webhooksToGoal: divide(
      found.webhooks?.webhooksPerSecond,
      GOAL_WEBHOOKS_PER_SECOND,
    ),
    backfillLimitToTaken:
      found.ingest.events >= GOALS.backfillEvents
        ? GOALS.backfillSeconds / found.ingest.visibleSeconds
        : undefined,
    memoryLimitToMostOfLog: divide(GOALS.memoryMiB, log?.mostMemoryMiB),
    memoryLimitToMostOfKafka: divide(GOALS.memoryMiB, kafka?.mostMemoryMiB),
    memoryLimitToMost: divide(GOALS.memoryMiB, found.memoryMiB?.max),
    serviceLimitToP95: divide(GOALS.serviceMs, found.metricsMs?.p95),
    rawFactsToService: divide(found.rawFactsMs?.p95, found.metricsMs?.p95),
    tableLimitToP95: divide(GOALS.tableMs, found.tableMs?.p95),
    fleetLimitToP95: divide(GOALS.fleetMs, found.fleet?.fleetMs.p95),
    rawFactsToFleet: divide(found.fleet?.rawMs.p95, found.fleet?.fleetMs.p95),
    recomputeToGoal: divide(
      found.recompute?.bucketsPerSecond,
      GOALS.bucketsPerSecond,
    ),
    visibleLimitToP99: divide(GOALS.visibleMs, found.visibleMs?.p99),
    catalogLimitToSlowest: divide(GOAL_CATALOG_MS, found.catalog?.roundMs.max),
  };
}

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
const spread = (of: Spread | undefined) =>
  of && `${percentiles(of)}, slowest ${ms(of.max)}, ${of.count} questions`;

/** The report for people. */
export function renderReport(report: BenchReport): string {
  return [
    ...machineLines(report),
    '',
    ...ingestLines(report.ingest),
    '',
    ...readLines(report),
    '',
    ...(report.catalog ? [...catalogLines(report.catalog), ''] : []),
    ...transportLines(report),
    ...yardstickLines(report),
    '',
    ...ratioLines(report.ratios),
    '',
  ].join('\n');
}

function drainLines(name: string, drain: DrainResult | undefined): string[] {
  return drain
    ? [
        `Out of ${name}, ${rate(
          drain.events,
        )} events, numbers computed meanwhile`,
        `  stored               ${rate(
          drain.eventsPerSecond,
        )} events/s, after ` +
          `${rate(drain.appendedPerSecond)} events/s into it`,
        ...(drain.mostMemoryMiB
          ? [`  most memory          ${rate(drain.mostMemoryMiB)} MiB`]
          : []),
      ]
    : [];
}

function statementLines({ statement }: Transports): string[] {
  return statement
    ? [
        `The statement that stores 1,000 events, facts and marks, ${rate(
          statement.events,
        )} events`,
        `  stored               median ${rate(statement.stored.p50)} events/s`,
        `  the same rows copied median ${rate(statement.copied.p50)} events/s`,
        `  share of COPY        ${(100 * statement.shareOfCopy).toFixed(0)} %`,
      ]
    : [];
}

function transportLines(report: BenchReport): string[] {
  const { log, kafka, webhooks, ingest } = report;
  return [
    ...statementLines(report),
    ...drainLines('the log in PostgreSQL', log),
    ...drainLines('Kafka', kafka),
    ...(kafka
      ? [`  one record at a time ${rate(kafka.naiveEventsPerSecond)} events/s`]
      : []),
    ...(webhooks
      ? [
          `Signed pushes of ${webhooks.bodyBytes / 1024} KB, ` +
            `${rate(webhooks.webhooks)} of them, all stored`,
          `  answered             ${rate(
            webhooks.webhooksPerSecond,
          )} webhooks/s, ${percentiles(webhooks.answerMs)}`,
        ]
      : []),
    ...(ingest.events < GOALS.backfillEvents
      ? [
          `A backfill of ${rate(
            GOALS.backfillEvents,
          )} events was not measured: ` + `--events ${GOALS.backfillEvents}`,
        ]
      : []),
    '',
  ];
}

function readLines(report: Measured): string[] {
  const { memoryMiB, fleet, recompute } = report;
  const lines: Array<[label: string, value: string | false | undefined]> = [
    [
      'memory of the process meanwhile',
      memoryMiB &&
        `median ${rate(memoryMiB.p50)} MiB, most ${rate(memoryMiB.max)} MiB`,
    ],
    ['GET /metrics, one service, 90 days', spread(report.metricsMs)],
    ['  the same asked of the events', spread(report.rawFactsMs)],
    ['table of 100 services, 30 days', spread(report.tableMs)],
    ['whole fleet, 90 days by week', spread(fleet?.fleetMs)],
    ['  the same asked of the events', spread(fleet?.rawMs)],
    ['published to visible, 500 events/s', spread(report.visibleMs)],
    [
      'every number computed again',
      recompute &&
        `${rate(recompute.services)} services, ${rate(
          recompute.buckets,
        )} buckets in ${seconds(recompute.seconds)}, ${rate(
          recompute.bucketsPerSecond,
        )} buckets/s`,
    ],
  ];
  return lines.flatMap(([label, value]) =>
    value ? [`${label.padEnd(36)} ${value}`] : [],
  );
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

function yardstickLines({ oneByOne, naive }: Yardsticks): string[] {
  if (!oneByOne || !naive) {
    return [];
  }
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

const RATIO_TEXTS: Readonly<Record<keyof Ratios, string>> = {
  ingestToOneByOne: 'the rate of yardstick 1',
  ingestToNaive: 'the rate of yardstick 2',
  ingestToGoal: `of ${rate(GOALS.eventsPerSecond)} events/s`,
  statementToGoal: `of ${100 * GOALS.shareOfCopy} % of the rate of COPY`,
  logToGoal: `of ${rate(GOALS.eventsPerSecond)} events/s: out of the log`,
  kafkaToGoal: `of ${rate(GOALS.kafkaEventsPerSecond)} events/s: out of Kafka`,
  kafkaToTwentyNaive: `of ${GOALS.naiveTimes} times one record at a time: out of Kafka`,
  webhooksToGoal: `of ${GOAL_WEBHOOKS_PER_SECOND} webhooks/s`,
  backfillLimitToTaken: 'faster than 20 min: ten million events',
  memoryLimitToMostOfLog: `of room: ${GOALS.memoryMiB} MiB, out of the log`,
  memoryLimitToMostOfKafka: `of room: ${GOALS.memoryMiB} MiB, out of Kafka`,
  memoryLimitToMost: `of room: ${GOALS.memoryMiB} MiB to the most seen`,
  serviceLimitToP95: `faster than ${ms(GOALS.serviceMs)}: one service, p95`,
  rawFactsToService: 'faster than the events asked: one service, p95',
  tableLimitToP95: `faster than ${ms(GOALS.tableMs)}: table, p95`,
  fleetLimitToP95: `faster than ${ms(GOALS.fleetMs)}: fleet, p95`,
  rawFactsToFleet: 'faster than the events asked: fleet, p95',
  recomputeToGoal: `of ${rate(GOALS.bucketsPerSecond)} buckets/s`,
  catalogLimitToSlowest: `faster than ${ms(GOAL_CATALOG_MS)}: catalog, slowest`,
  visibleLimitToP99: `faster than ${ms(GOALS.visibleMs)}: visible, p99`,
};

function ratioLines(ratios: Ratios): string[] {
  return [
    'Ratios, above 1 is better',
    ...(Object.keys(RATIO_TEXTS) as Array<keyof Ratios>).flatMap(name => {
      const value = ratios[name];
      return value === undefined
        ? []
        : [`  ${ratio(value).padStart(8)} ${RATIO_TEXTS[name]}`];
    }),
  ];
}

function percentiles({ p50, p95, p99 }: Spread): string {
  return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`;
}

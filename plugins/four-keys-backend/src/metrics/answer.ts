import {
  explainMetrics,
  formatInstant,
  type Metrics,
  type MetricsAnswer,
  type SeriesPoint,
  type Visibility,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { assembleMetrics, assembleSeries, observedDaysOf } from './assemble';
import type { BandYear } from './bands';
import { bucketsOf, type Bucket } from './buckets';
import type { ResolvedQuestion } from './question';
import { ScopeSql } from './scope';
import { Statements } from './statements';

/** What decides how numbers are judged. */
export interface MeasureOptions {
  readonly incidentSource: 'all' | null;
  readonly bandYear: BandYear;
}

/** The numbers of one scope and window. */
export interface Measured {
  readonly metrics: Metrics;
  readonly series: SeriesPoint[];
  readonly observedDays: number | null;
  readonly services: Visibility;
}

/** The whole window's row, and those of the buckets by position. */
function split<Row extends { bucket: number | null }>(
  rows: readonly Row[],
): { whole: Row | undefined; byBucket: Map<number, Row> } {
  const byBucket = new Map<number, Row>();
  let whole: Row | undefined;
  for (const row of rows) {
    if (row.bucket === null) {
      whole = row;
    } else {
      byBucket.set(row.bucket, row);
    }
  }
  return { whole, byBucket };
}

/** The first instants of buckets, within the window. */
export const bucketStarts = (buckets: readonly Bucket[], from: number) =>
  buckets.map(bucket => formatInstant(Math.max(bucket.start, from)));

/** Asks the database for the numbers of one scope, and of each bucket where there are some. */
export async function measure(
  knex: Knex,
  asked: ResolvedQuestion,
  options: MeasureOptions & {
    readonly buckets?: readonly Bucket[];
    /** Percentiles of more services than this are approximate; default: none are. */
    readonly exactUpToServices?: number;
  },
): Promise<Measured> {
  const { buckets = [], exactUpToServices = Infinity } = options;
  const window = { from: asked.from, to: asked.to };
  const scope = new ScopeSql(asked, options);
  const [services] = await new Statements(knex, scope).services();
  const approximate = (services?.visible ?? 0) > exactUpToServices;
  const statements = new Statements(knex, scope, {
    buckets: bucketStarts(buckets, asked.from),
    approximate,
  });
  const [finished] = await statements.finished();
  const first = finished?.first;
  const units = split(await statements.units());
  const [deployments] = await statements.deployments();
  const leadTimes = split(await statements.leadTimes());
  const restores = split(await statements.restores());
  const [recoveries] = await statements.recoveries();
  const metrics = assembleMetrics({
    window,
    first,
    units: units.whole,
    deployments,
    leadTimes: leadTimes.whole,
    restores: restores.whole,
    recoveries,
    services,
    approximate,
    bandYear: options.bandYear,
    isOneService: asked.question.service !== undefined,
  });
  return {
    metrics,
    series: assembleSeries({
      buckets,
      window,
      first,
      hasKnownSource: metrics.changeFailureRate.coverage.with > 0,
      units: units.byBucket,
      leadTimes: leadTimes.byBucket,
      restores: restores.byBucket,
    }),
    observedDays: observedDaysOf(window, first),
    services: {
      visible: services?.visible ?? 0,
      of: services?.services ?? 0,
    },
  };
}

/** Answers a question about one scope. */
export async function answerQuestion(
  knex: Knex,
  asked: ResolvedQuestion,
  options: MeasureOptions & { readonly exactUpToServices: number },
): Promise<MetricsAnswer> {
  const { metrics, series, observedDays, services } = await measure(
    knex,
    asked,
    { ...options, buckets: bucketsOf(asked) },
  );
  return {
    scope: asked.scope,
    window: {
      from: formatInstant(asked.from),
      to: formatInstant(asked.to),
      timezone: asked.timezone,
      observedDays,
    },
    metrics,
    series,
    services,
    explanation: explainMetrics(metrics),
    asOf: formatInstant(asked.now),
  };
}

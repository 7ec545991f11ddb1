import {
  formatInstant,
  type MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { assembleMetrics, assembleSeries, observedDaysOf } from './assemble';
import type { BandYear } from './bands';
import { bucketsOf } from './buckets';
import { explainMetrics } from './explain';
import type { ResolvedQuestion } from './question';
import { ScopeSql } from './scope';
import { Statements } from './statements';

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

/** Answers a question about one scope. */
export async function answerQuestion(
  knex: Knex,
  asked: ResolvedQuestion,
  options: { incidentSource: 'all' | null; bandYear: BandYear },
): Promise<MetricsAnswer> {
  const { question, from, to } = asked;
  const window = { from, to };
  const buckets = bucketsOf(asked);
  const scope = new ScopeSql(asked, options);
  const statements = new Statements(
    knex,
    scope,
    buckets.map(bucket => formatInstant(Math.max(bucket.start, from))),
  );
  const [finished] = await statements.finished();
  const first = finished?.first;
  const units = split(await statements.units());
  const [deployments] = await statements.deployments();
  const leadTimes = split(await statements.leadTimes());
  const restores = split(await statements.restores());
  const [recoveries] = await statements.recoveries();
  const [services] = await statements.services();

  const metrics = assembleMetrics({
    window,
    first,
    units: units.whole,
    deployments,
    leadTimes: leadTimes.whole,
    restores: restores.whole,
    recoveries,
    services,
    bandYear: options.bandYear,
    isOneService: question.service !== undefined,
  });
  return {
    scope: asked.scope,
    window: {
      from: formatInstant(from),
      to: formatInstant(to),
      timezone: asked.timezone,
      observedDays: observedDaysOf(window, first),
    },
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
    services: {
      visible: services?.visible ?? 0,
      of: services?.services ?? 0,
    },
    explanation: explainMetrics(metrics),
    asOf: formatInstant(asked.now),
  };
}

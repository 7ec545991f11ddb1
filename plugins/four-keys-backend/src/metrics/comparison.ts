import {
  COMPARED_METRICS,
  formatInstant,
  type ComparedMetric,
  type Estimate,
  type TemplateComparison,
  type TemplateComparisonRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { measure, type MeasureOptions } from './answer';
import { estimateMedian, estimateRatio } from './estimates';
import {
  differenceOfMedians,
  differenceOfRatios,
  FEWEST_OBSERVATIONS,
  type Interval,
  type Ratio,
} from './intervals';
import type { ResolvedQuestion } from './question';
import { ScopeSql } from './scope';
import { readRuns } from './templateRuns';
import { durationsOf, findBirths, timesToFirst } from './templates';

/** What a version is compared by: ratios, and values in order. */
type Side = {
  readonly [Metric in ComparedMetric]: Ratio | readonly number[];
};

const NOTHING: Ratio = { hits: 0, of: 0 };

const values = async (knex: Knex, scope: ScopeSql, sql: string) =>
  (
    await query<{ value: number }>(
      knex,
      `WITH ${scope.with} ${sql} ORDER BY value`,
      scope.bindings,
    )
  ).map(({ value }) => value);

const leadTimes = (scope: ScopeSql) => `
  SELECT c.lead_seconds AS value
  FROM change_deployments AS c ${scope.joins('c', 'c.finished_at')}
  WHERE ${scope.place('c')} AND ${scope.services('c')} AND c.lead_seconds >= 0
    AND c.finished_at >= :from AND c.finished_at < :to
    ${scope.joinsReleases ? 'AND c.first_in_tier' : ''}`;

const restores = (scope: ScopeSql) => `
  SELECT i.duration AS value FROM ${scope.incidents()} ${scope.joins(
  'i',
  'i.start',
)}
  WHERE ${scope.services(
    'i',
  )} AND i.resolved_at >= :from AND i.resolved_at < :to`;

async function readSide(
  knex: Knex,
  asked: ResolvedQuestion,
  version: string,
  options: MeasureOptions,
): Promise<Side> {
  const question = { ...asked.question, templateVersion: version };
  const own = { ...asked, question };
  const scope = new ScopeSql(own, options);
  const { metrics } = await measure(knex, own, options);
  const { changeFailureRate: failures, deploymentSuccessRate: pipelines } =
    metrics;
  const runs = (
    await readRuns(knex, {
      from: asked.from,
      to: asked.to,
      template: question.template,
      visible: question.visibleServices ?? null,
    })
  ).filter(run => run.version === version);
  const succeeded = runs.filter(run => run.status === 'success').length;
  const failed = runs.filter(run => run.status === 'failure').length;
  return {
    runSuccessRate: { hits: succeeded, of: succeeded + failed },
    runDuration: durationsOf(runs),
    timeToFirstDeployment: timesToFirst(await findBirths(knex, scope, runs)),
    leadTime: await values(knex, scope, leadTimes(scope)),
    // Without a known incident source there is no rate, only an "at least".
    changeFailureRate:
      failures.status === 'ok'
        ? { hits: failures.failed, of: failures.count }
        : NOTHING,
    deploymentSuccessRate: {
      hits: pipelines.succeeded,
      of: pipelines.succeeded + pipelines.failed,
    },
    timeToRestore: await values(knex, scope, restores(scope)),
  };
}

const isRatio = (side: Ratio | readonly number[]): side is Ratio =>
  'hits' in side;

function estimateOf(side: Ratio | readonly number[]): Estimate {
  if (isRatio(side)) {
    return estimateRatio(side);
  }
  const { p90, ...estimate } = estimateMedian(side);
  return estimate;
}

function intervalOf(
  a: Ratio | readonly number[],
  b: Ratio | readonly number[],
): Interval | undefined {
  const sizes = [a, b].map(side => (isRatio(side) ? side.of : side.length));
  if (Math.min(...sizes) < FEWEST_OBSERVATIONS) {
    return undefined;
  }
  if (isRatio(a) && isRatio(b)) {
    return differenceOfRatios(a, b);
  }
  return isRatio(a) || isRatio(b) ? undefined : differenceOfMedians(a, b);
}

function verdictOf(
  interval: Interval | undefined,
): TemplateComparisonRow['verdict'] {
  if (!interval) {
    return 'too_few';
  }
  if (interval.low > 0) {
    return 'higher';
  }
  return interval.high < 0 ? 'lower' : 'unclear';
}

function compareSides(
  metric: ComparedMetric,
  a: Ratio | readonly number[],
  b: Ratio | readonly number[],
): TemplateComparisonRow {
  const ofA = estimateOf(a);
  const ofB = estimateOf(b);
  const interval = intervalOf(a, b);
  return {
    metric,
    unit: isRatio(a) ? 'ratio' : 'seconds',
    a: ofA,
    b: ofB,
    difference: {
      value:
        ofA.value === null || ofB.value === null ? null : ofB.value - ofA.value,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
    },
    verdict: verdictOf(interval),
  };
}

/** Two versions of a template side by side, with what can be said of the difference. */
export async function compareVersions(
  knex: Knex,
  asked: ResolvedQuestion,
  versions: { readonly a: string; readonly b: string },
  options: MeasureOptions,
): Promise<Omit<TemplateComparison, 'template'>> {
  const a = await readSide(knex, asked, versions.a, options);
  const b = await readSide(knex, asked, versions.b, options);
  const { services } = await measure(knex, asked, options);
  return {
    ...versions,
    environment: asked.scope.environment,
    window: { from: formatInstant(asked.from), to: formatInstant(asked.to) },
    metrics: COMPARED_METRICS.map(metric =>
      compareSides(metric, a[metric], b[metric]),
    ),
    services,
    asOf: formatInstant(asked.now),
  };
}

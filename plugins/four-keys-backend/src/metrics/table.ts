import {
  formatInstant,
  METRIC_NAMES,
  type MetricDimension,
  type MetricName,
  type MetricsRow,
  type MetricsTable,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { compareText } from '../derivation';
import { bucketStarts, type MeasureOptions } from './answer';
import { assembleMetrics } from './assemble';
import { bucketsOf, type Bucket } from './buckets';
import type { ScopeServices } from './counts';
import type { ResolvedQuestion } from './question';
import { ScopeSql } from './scope';
import { Statements } from './statements';

/** What a table's rows are, in which order, and which of them. @public */
export interface TableRequest {
  readonly dimension: MetricDimension;
  /** Rows without a value come last in either order. Default `key`. */
  readonly sort?: 'key' | 'lastDeploymentAt' | MetricName;
  readonly order?: 'asc' | 'desc';
  /** Default 100. */
  readonly limit?: number;
  readonly offset?: number;
}

type Row = Omit<MetricsRow, 'entityRef' | 'trend'> & {
  readonly first: number | undefined;
};

const byKey = <T extends { key: string }>(rows: readonly T[]) =>
  new Map(rows.map(row => [row.key, row]));

async function readRows(
  statements: Statements,
  asked: ResolvedQuestion,
  request: TableRequest,
  options: MeasureOptions,
): Promise<{ rows: Row[]; services: readonly ScopeServices[] }> {
  const finished = byKey(await statements.finished());
  const units = byKey(await statements.units());
  const deployments = byKey(await statements.deployments());
  const leadTimes = byKey(await statements.leadTimes());
  const restores = byKey(await statements.restores());
  const recoveries = byKey(await statements.recoveries());
  const services = await statements.services();
  const rows = services
    .filter(({ visible }) => visible > 0)
    .map(found => {
      const { key } = found;
      const last = finished.get(key)?.last;
      const first = finished.get(key)?.first;
      return {
        key,
        first,
        lastDeploymentAt: last === undefined ? null : formatInstant(last),
        metrics: assembleMetrics({
          window: { from: asked.from, to: asked.to },
          first,
          units: units.get(key),
          deployments: deployments.get(key),
          leadTimes: leadTimes.get(key),
          restores: restores.get(key),
          recoveries: recoveries.get(key),
          services: found,
          bandYear: options.bandYear,
          isOneService:
            request.dimension === 'service' ||
            asked.question.service !== undefined,
        }),
      };
    });
  return { rows, services };
}

const isMetric = (name: string): name is MetricName =>
  METRIC_NAMES.some(metric => metric === name);

function sortRows(rows: Row[], request: TableRequest): Row[] {
  const { sort = 'key', order = 'asc' } = request;
  const sign = order === 'asc' ? 1 : -1;
  const valueOf = (row: Row): string | number | null => {
    if (isMetric(sort)) {
      return row.metrics[sort].value;
    }
    return sort === 'key' ? row.key : row.lastDeploymentAt;
  };
  return rows.sort((a, b) => {
    const x = valueOf(a);
    const y = valueOf(b);
    if (x === null || y === null) {
      return (
        Number(x === null) - Number(y === null) || compareText(a.key, b.key)
      );
    }
    const compared =
      typeof x === 'number' && typeof y === 'number'
        ? x - y
        : compareText(String(x), String(y));
    return sign * compared || compareText(a.key, b.key);
  });
}

async function readEntityRefs(
  knex: Knex,
  services: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await query<{ service: string; entity_ref: string | null }>(
    knex,
    `SELECT service, entity_ref FROM service_entities
     WHERE removed_at IS NULL AND service = ANY(?::text[])`,
    [services],
  );
  return new Map(rows.map(row => [row.service, row.entity_ref]));
}

function trendOf(
  row: Row,
  buckets: readonly Bucket[],
  counts: ReadonlyMap<number, number>,
): Array<number | null> {
  return buckets.map((bucket, index) =>
    row.first === undefined || bucket.end <= row.first
      ? null
      : counts.get(index + 1) ?? 0,
  );
}

/** One row a service, team or whatever is asked for, in a constant number of statements. */
export async function findTable(
  knex: Knex,
  asked: ResolvedQuestion,
  request: TableRequest,
  options: MeasureOptions,
): Promise<MetricsTable> {
  const { dimension, limit = 100, offset = 0 } = request;
  const buckets = bucketsOf(asked);
  const scope = new ScopeSql(asked, { ...options, grouping: dimension });
  const statements = new Statements(knex, scope);
  const { rows, services: byKeys } = await readRows(
    statements,
    asked,
    request,
    options,
  );
  const page = sortRows(rows, request).slice(offset, offset + limit);
  const keys = page.map(row => row.key);

  const trends = new Map<string, Map<number, number>>();
  const withBuckets = new Statements(knex, scope, {
    buckets: bucketStarts(buckets, asked.from),
  });
  for (const { key, bucket, successes } of await withBuckets.trends(keys)) {
    const trend = trends.get(key) ?? new Map<number, number>();
    trends.set(key, trend.set(bucket, successes));
  }
  const entityRefs =
    dimension === 'service'
      ? await readEntityRefs(knex, keys)
      : new Map<string, string | null>();
  // Of several teams a service may be in more than one, or in none.
  const services =
    dimension === 'service'
      ? byKeys
      : await new Statements(knex, new ScopeSql(asked, options)).services();

  return {
    dimension,
    scope: asked.scope,
    window: {
      from: formatInstant(asked.from),
      to: formatInstant(asked.to),
      timezone: asked.timezone,
    },
    rows: page.map(row => ({
      key: row.key,
      entityRef: entityRefs.get(row.key) ?? null,
      metrics: row.metrics,
      lastDeploymentAt: row.lastDeploymentAt,
      trend: trendOf(row, buckets, trends.get(row.key) ?? new Map()),
    })),
    totalRows: rows.length,
    services: {
      visible: services.reduce((sum, { visible }) => sum + visible, 0),
      of: services.reduce((sum, { services: all }) => sum + all, 0),
    },
    asOf: formatInstant(asked.now),
  };
}

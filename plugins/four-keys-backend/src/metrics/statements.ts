import type { Knex } from 'knex';
import { query } from '../database';
import type {
  DeploymentCounts,
  LeadTimes,
  Recoveries,
  Restores,
  ScopeServices,
  UnitCounts,
} from './counts';
import {
  aggregateSql,
  groupColumns,
  groupRows,
  percentilesOf,
  sketchedSql,
  medianGapsSql,
  type Aggregates,
  type Sketched,
} from './percentiles';
import type { ScopeSql } from './scope';
import { IS_FINISHED } from './streams';

/** Instants as milliseconds, because the driver's own dates cost more than the question. */
export const MILLISECONDS = (expression: string) =>
  `(extract(epoch FROM ${expression}) * 1000)::float8`;

const IN_WINDOW = (time: string) => `${time} >= :from AND ${time} < :to`;

// Rows without the time are in bucket 0, for null stands for the whole window.
const bucketOf = (time: string) =>
  `coalesce(width_bucket(${time}, :buckets::timestamptz[]), 0)`;

/**
 * The aggregates of a question, one statement each. With `buckets` (the first
 * instants of the buckets, within the window) they come for each bucket too.
 */
export class Statements {
  readonly #knex: Knex;
  readonly #scope: ScopeSql;
  readonly #buckets: readonly string[] | null;
  readonly #approximate: boolean;

  constructor(
    knex: Knex,
    scope: ScopeSql,
    options: {
      readonly buckets?: readonly string[];
      /** Percentiles come from sketches; counts and means stay exact. */
      readonly approximate?: boolean;
    } = {},
  ) {
    const { buckets = [], approximate = false } = options;
    this.#knex = knex;
    this.#scope = scope;
    this.#buckets = buckets.length > 0 ? buckets : null;
    this.#approximate = approximate;
  }

  #query<Row>(
    sql: string,
    bindings: Readonly<Record<string, unknown>> = {},
  ): Promise<Row[]> {
    return query<Row>(this.#knex, `WITH ${this.#scope.with}, ${sql}`, {
      ...this.#scope.bindings,
      ...bindings,
      buckets: this.#buckets,
    });
  }

  get #byKey(): boolean {
    return this.#scope.grouping !== undefined;
  }

  #bucket(time: string): string {
    return this.#buckets ? bucketOf(time) : 'NULL::int';
  }

  /** Aggregates of the expression `rows`, with the percentiles of some of its values. */
  async #aggregate<Row extends { readonly percentiles: number[] | null }>(
    rows: string,
    options: Omit<Aggregates, 'byKey'>,
  ): Promise<Row[]> {
    const byBucket = options.byBucket && this.#buckets !== null;
    const asked = { ...options, byKey: this.#byKey, byBucket };
    if (!this.#approximate) {
      return this.#query(`${rows} ${aggregateSql(asked)}`);
    }
    const found = await this.#query<Row & Sketched>(
      `${rows}, ${sketchedSql(asked)}`,
    );
    return found.map(row => ({
      ...row,
      percentiles: percentilesOf(row, options.fractions),
    }));
  }

  async units(): Promise<UnitCounts[]> {
    const scope = this.#scope;
    const byKey = this.#byKey;
    const groups = { byKey, byBucket: this.#buckets !== null };
    const units = (columns: string) => `
      SELECT ${scope.key('u')} AS key, u.service, ${columns}
      FROM ${scope.units} ${scope.joins('u', 'u.finished_at')}
      WHERE ${scope.place('u')} AND ${scope.services('u')}
        AND ${IN_WINDOW('u.finished_at')}`;
    // Counted by service first: what is then told apart and sorted is little.
    const found = await this.#query<UnitCounts & Sketched>(`
      gap AS (
        ${units(`date_part('epoch', u.finished_at - lag(u.finished_at) OVER (
          PARTITION BY ${
            byKey ? `${scope.key('u')}, ` : ''
          }u.service ORDER BY u.finished_at)) AS value`)}
      ), gaps AS (${medianGapsSql({ byKey, approximate: this.#approximate })}),
      counted AS (
        SELECT key, bucket, service, count(*) AS successes,
          count(*) FILTER (WHERE rework) AS rework,
          count(*) FILTER (WHERE NOT rollback) AS forward,
          count(*) FILTER (WHERE NOT rollback AND failed) AS failed
        FROM (${units(
          `${this.#bucket(
            'u.finished_at',
          )} AS bucket, u.rework, u.rollback, u.failed`,
        )}) AS rows
        GROUP BY key, bucket, service
      ), judged AS (
        SELECT *, ${scope.isKnown(
          'counted',
          'counted.key',
        )} AS known FROM counted
      ), counts AS (
        SELECT ${groupColumns(groups)},
          sum(successes)::int AS successes,
          sum(rework)::int AS rework,
          sum(forward)::int AS forward,
          sum(failed)::int AS forward_failed,
          coalesce(sum(forward) FILTER (WHERE known), 0)::int AS known_forward,
          coalesce(sum(failed) FILTER (WHERE known), 0)::int AS known_failed,
          (count(DISTINCT service) FILTER (WHERE forward > 0))::int AS services,
          (count(DISTINCT service) FILTER (WHERE forward > 0 AND known))::int AS known_services
        FROM judged ${groupRows(groups)}
      )
      SELECT counts.*, gaps.median_gap, gaps.indexes, gaps.sizes
      FROM counts LEFT JOIN gaps ON gaps.key = counts.key AND counts.bucket IS NULL`);
    return this.#approximate
      ? found.map(row => ({
          ...row,
          median_gap: percentilesOf(row, [0.5])?.[0] ?? null,
        }))
      : found;
  }

  /** Successes by bucket of some rows of an answer. */
  async trends(
    keys: readonly string[],
  ): Promise<Array<{ key: string; bucket: number; successes: number }>> {
    const scope = this.#scope;
    if (!this.#buckets || keys.length === 0) {
      return [];
    }
    return this.#query(
      `rows AS (
        SELECT ${scope.key('u')} AS key, ${this.#bucket(
        'u.finished_at',
      )} AS bucket
        FROM ${scope.units} ${scope.joins('u', 'u.finished_at')}
        WHERE ${scope.place('u')} AND ${scope.services('u')} AND ${IN_WINDOW(
        'u.finished_at',
      )}
          AND ${scope.key('u')} = ANY(:keys::text[])
      )
      SELECT key, bucket, count(*)::int AS successes FROM rows GROUP BY key, bucket`,
      { keys },
    );
  }

  deployments(): Promise<DeploymentCounts[]> {
    const scope = this.#scope;
    const groups = { byKey: this.#byKey, byBucket: false };
    return this.#query(`
      rows AS (
        SELECT ${scope.key('d')} AS key, d.status, d.contents_known
        FROM deployments AS d ${scope.joins('d', 'd.finished_at')}
        WHERE ${scope.place('d')} AND ${scope.services('d')} AND ${IN_WINDOW(
      'd.finished_at',
    )}
          AND ${IS_FINISHED('d')}
      )
      SELECT ${groupColumns(groups)},
        (count(*) FILTER (WHERE status = 'success'))::int AS succeeded,
        (count(*) FILTER (WHERE status = 'failure'))::int AS failed,
        (count(*) FILTER (WHERE contents_known))::int AS contents_known
      FROM rows ${groupRows(groups)}`);
  }

  /** The first and last finished deployment before the window's end. */
  finished(): Promise<Array<{ key: string; first: number; last: number }>> {
    const scope = this.#scope;
    if (scope.grouping !== undefined) {
      // Two steps into the index a stream, where a minimum would read all history.
      const end = (order: string) => `CROSS JOIN LATERAL (
        SELECT d.finished_at ${scope.finishedOf('s')}
        ORDER BY d.finished_at ${order} LIMIT 1)`;
      return this.#query(`rows AS (
          SELECT ${scope.key('s')} AS key, first.finished_at AS first,
            last.finished_at AS last
          FROM stream AS s ${scope.holders('s')}
            ${end('ASC')} AS first ${end('DESC')} AS last
          WHERE ${scope.place('s')} AND ${scope.services('s')}
        )
        SELECT key, ${MILLISECONDS('min(first)')} AS first,
          ${MILLISECONDS('max(last)')} AS last FROM rows GROUP BY key`);
    }
    const rows = `FROM deployments AS d ${scope.joins('d', 'd.finished_at')}
        WHERE ${scope.place('d')} AND ${scope.services('d')}
          AND d.finished_at < :to AND ${IS_FINISHED('d')}`;
    return this
      .#query(`first AS (SELECT d.finished_at ${rows} ORDER BY d.finished_at LIMIT 1),
      last AS (SELECT d.finished_at ${rows} ORDER BY d.finished_at DESC LIMIT 1)
      SELECT '' AS key, ${MILLISECONDS('first.finished_at')} AS first,
        ${MILLISECONDS('last.finished_at')} AS last FROM first, last`);
  }

  leadTimes(): Promise<LeadTimes[]> {
    const scope = this.#scope;
    const rows = `
      rows AS (
        SELECT ${scope.key('c')} AS key, ${this.#bucket(
      'c.finished_at',
    )} AS bucket,
          c.lead_seconds, c.lower_bound
        FROM change_deployments AS c ${scope.joins('c', 'c.finished_at')}
        WHERE ${scope.place('c')} AND ${scope.services('c')} AND ${IN_WINDOW(
      'c.finished_at',
    )}
          ${scope.joinsReleases ? 'AND c.first_in_tier' : ''}
      )`;
    return this.#aggregate(rows, {
      counts: {
        changes: 'true',
        count: 'lead_seconds >= 0',
        lower_bound: 'lead_seconds >= 0 AND lower_bound',
        before_commit: 'lead_seconds < 0',
        time_unknown: 'lead_seconds IS NULL',
      },
      value: 'lead_seconds',
      fractions: [0.5, 0.75, 0.9, 0.95],
      byBucket: true,
    });
  }

  restores(): Promise<Restores[]> {
    const scope = this.#scope;
    const time = 'coalesce(i.start, i.last_resolved_at)';
    const rows = `
      rows AS (
        SELECT ${scope.key('i')} AS key, ${this.#bucket(
      'i.resolved_at',
    )} AS bucket,
          i.start, i.duration,
          coalesce(${IN_WINDOW('i.resolved_at')}, false) AS resolved,
          i.start IS NULL AS only_resolved,
          i.start < :to AND EXISTS (
            SELECT FROM unnest(i.period_starts, i.period_ends) AS period (begun, ended)
            WHERE begun < :to AND ended >= :to) AS open
        FROM ${scope.incidents()} ${scope.joins('i', time)}
        WHERE ${scope.services('i')} AND (
          (${IN_WINDOW('i.resolved_at')})
          OR (i.start < :to AND (i.resolved_at IS NULL OR i.resolved_at >= :to))
          OR (i.start IS NULL AND ${IN_WINDOW('i.last_resolved_at')}))
      )`;
    return this.#aggregate(rows, {
      counts: {
        count: 'resolved',
        only_resolved: 'only_resolved',
        open: 'open',
      },
      largest: {
        oldest_open_age:
          'extract(epoch FROM CASE WHEN open THEN :to::timestamptz - start END)::float8',
      },
      value: 'duration',
      fractions: [0.5, 0.9],
      byBucket: true,
    });
  }

  recoveries(): Promise<Recoveries[]> {
    const scope = this.#scope;
    const rows = `
      rows AS (
        SELECT ${scope.key('u')} AS key,
          extract(epoch FROM u.recovered_at - u.finished_at)::float8 AS seconds
        FROM ${scope.units} ${scope.joins('u', 'u.finished_at')}
        WHERE ${scope.place('u')} AND ${scope.services(
      'u',
    )} AND u.failed AND NOT u.rollback
          AND ${IN_WINDOW('u.recovered_at')}
      )`;
    return this.#aggregate(rows, {
      counts: { count: 'seconds >= 0', before_failure: 'seconds < 0' },
      value: 'seconds',
      fractions: [0.5, 0.9],
      byBucket: false,
    });
  }

  services(): Promise<ScopeServices[]> {
    const known = this.#scope.isKnown('s', 's.key');
    const visible = this.#scope.services('s');
    return this.#query(`${this.#scope.serviceRows()}
      SELECT key, count(*)::int AS services, (count(*) FILTER (WHERE ${visible}))::int AS visible,
        (count(*) FILTER (WHERE ${visible} AND ${known}))::int AS known
      FROM scope_service AS s GROUP BY key`);
  }

  /** The names of the services of the scope, whoever may see them. */
  async serviceNames(): Promise<string[]> {
    const rows = await this.#query<{ service: string }>(
      `${this.#scope.serviceRows()} SELECT DISTINCT service FROM scope_service ORDER BY service`,
    );
    return rows.map(row => row.service);
  }
}

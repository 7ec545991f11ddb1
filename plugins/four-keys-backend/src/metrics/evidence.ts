import {
  formatInstant,
  type Evidence,
  type EvidenceRow,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { measure, type MeasureOptions } from './answer';
import { evidenceSql } from './evidenceSql';
import { explainMetric } from './explain';
import { readPage, sortKey, type PageRequest } from './page';
import type { ResolvedQuestion } from './question';
import { ScopeSql } from './scope';
import { MILLISECONDS } from './statements';

type EvidenceRecord = Omit<EvidenceRow, 'at'> & { at: number | null };

/** The rows behind one number, those left out with the reason, and the number in words. */
export async function findEvidence(
  knex: Knex,
  asked: ResolvedQuestion,
  request: PageRequest & { readonly metric: MetricName },
  options: MeasureOptions,
): Promise<Evidence> {
  const { metric } = request;
  const { metrics, services } = await measure(knex, asked, options);
  const scope = new ScopeSql(asked, options);
  const rows = evidenceSql(
    metric,
    scope,
    metrics.changeFailureRate.coverage.with > 0,
  );
  const [totals] = await query<{ included: number; excluded: number }>(
    knex,
    `WITH ${scope.with}
     SELECT (count(*) FILTER (WHERE excluded IS NULL))::int AS included,
       (count(*) FILTER (WHERE excluded IS NOT NULL))::int AS excluded FROM (${rows}) AS evidence`,
    scope.bindings,
  );
  const page = await readPage<EvidenceRecord>(
    knex,
    {
      with: scope.with,
      bindings: scope.bindings,
      rows: `SELECT kind, service, environment, id, ${MILLISECONDS(
        'at',
      )} AS at, value, excluded, details,
        ${sortKey({
          time: 'at',
          service: 'service',
          place: 'environment',
          id: `kind || ':' || id`,
        })}
        FROM (${rows}) AS evidence`,
    },
    request,
  );
  return {
    metric,
    scope: asked.scope,
    explanation: explainMetric(metric, metrics),
    totals,
    rows: page.rows.map(row => ({
      kind: row.kind,
      service: row.service,
      environment: row.environment,
      id: row.id,
      at: row.at === null ? null : formatInstant(row.at),
      value: row.value,
      excluded: row.excluded,
      details: row.details,
    })),
    nextCursor: page.nextCursor,
    services,
  };
}

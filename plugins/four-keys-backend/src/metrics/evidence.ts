import {
  explainMetric,
  formatInstant,
  type Evidence,
  type EvidencePart,
  type EvidenceRow,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { measure, type MeasureOptions } from './answer';
import { findEvidenceLinks } from './evidenceLinks';
import { evidenceSql } from './evidenceSql';
import { readPage, sortKey, type PageRequest } from './page';
import type { ResolvedQuestion } from './question';
import { ScopeSql } from './scope';
import { MILLISECONDS } from './statements';

type EvidenceRecord = Omit<EvidenceRow, 'at' | 'entityRef' | 'urls'> & {
  at: number | null;
};

/** Which rows behind which number. @public */
export interface EvidenceRequest extends PageRequest {
  readonly metric: MetricName;
  /** Those in the number, those left out, or all; default all. */
  readonly rows?: EvidencePart;
}

interface Blame {
  readonly service: string;
  readonly environment: string;
  readonly id: string;
  /** Incidents that blame it, with commas between. */
  readonly incidents: string | null;
  /** Rollbacks that undid it, with commas between. */
  readonly undoneBy: string | null;
}

const PARTS: Record<EvidencePart, string> = {
  all: 'true',
  included: 'excluded IS NULL',
  excluded: 'excluded IS NOT NULL',
};

const METRICS_OF_FAILURES: readonly MetricName[] = [
  'changeFailureRate',
  'failedDeploymentRecoveryTime',
];

const keyOf = (row: {
  service: string;
  environment: string | null;
  id: string;
}) => JSON.stringify([row.service, row.environment, row.id]);

/** Who blames the deployments of a page, or the releases that begin with them. */
async function findBlame(
  knex: Knex,
  scope: ScopeSql,
  rows: readonly EvidenceRecord[],
): Promise<Map<string, Blame>> {
  const found = await query<Blame>(
    knex,
    `WITH unit AS (SELECT * FROM unnest(?::text[], ?::text[], ?::text[])
       AS unit (service, environment, id)), member AS (
       SELECT unit.service, unit.environment AS unit_environment, unit.id AS unit_id, d.environment, d.id
       FROM unit JOIN deployments AS d ON d.service = unit.service AND ${
         scope.joinsReleases
           ? 'd.release_first_environment = unit.environment AND d.release_first_id = unit.id'
           : 'd.environment = unit.environment AND d.id = unit.id'
       }
     ), blamed AS (
       SELECT m.service, m.unit_environment, m.unit_id, i.incident_id AS incident, NULL AS rollback
       FROM member AS m JOIN incidents AS i ON i.link_service = m.service
         AND i.link_environment = m.environment AND i.link_deployment_id = m.id
       UNION ALL
       SELECT m.service, m.unit_environment, m.unit_id, NULL, r.id
       FROM member AS m JOIN deployments AS r ON r.service = m.service
         AND r.environment = m.environment AND r.undid = m.id AND r.rollback
     )
     SELECT service, unit_environment AS environment, unit_id AS id,
       string_agg(incident, ', ' ORDER BY incident) AS incidents,
       string_agg(rollback, ', ' ORDER BY rollback) AS "undoneBy"
     FROM blamed GROUP BY service, unit_environment, unit_id`,
    [
      rows.map(row => row.service),
      rows.map(row => row.environment),
      rows.map(row => row.id),
    ],
  );
  return new Map(found.map(row => [keyOf(row), row]));
}

/** The rows behind one number, those left out with the reason, and the number in words. */
export async function findEvidence(
  knex: Knex,
  asked: ResolvedQuestion,
  request: EvidenceRequest,
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
        FROM (${rows}) AS evidence WHERE ${PARTS[request.rows ?? 'all']}`,
    },
    request,
  );
  const links = await findEvidenceLinks(knex, page.rows);
  const isAboutFailures = METRICS_OF_FAILURES.includes(metric);
  const blame = isAboutFailures
    ? await findBlame(knex, scope, page.rows)
    : new Map<string, Blame>();
  const blameOf = (row: EvidenceRecord): EvidenceRow['details'] => {
    const { incidents = null, undoneBy = null } = blame.get(keyOf(row)) ?? {};
    return isAboutFailures && row.kind === 'deployment'
      ? { incidents, undoneBy }
      : {};
  };
  return {
    metric,
    scope: asked.scope,
    measured: metrics[metric],
    explanation: explainMetric(metric, metrics[metric]),
    totals,
    rows: page.rows.map((row, index) => ({
      kind: row.kind,
      service: row.service,
      ...links[index],
      environment: row.environment,
      id: row.id,
      at: row.at === null ? null : formatInstant(row.at),
      value: row.value,
      excluded: row.excluded,
      details: { ...row.details, ...blameOf(row) },
    })),
    nextCursor: page.nextCursor,
    services,
  };
}

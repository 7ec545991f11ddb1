import { formatInstant } from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { compileTiers } from '../derivation/settings';
import type { MetricsQuestion, MetricsSettings } from '../metrics';
import { resolveQuestion } from '../metrics/question';
import { ScopeSql } from '../metrics/scope';
import { MILLISECONDS } from '../metrics/statements';

/** A success of an answer, see `compute-io`. */
export interface DeploymentOutput {
  service: string;
  environment: string;
  id: string;
  finished_at: string;
  kind: string | null;
  rollback: boolean;
  failed: boolean;
  undid: string | null;
  recovered_at: string | null;
  contentsKnown: boolean;
  changes: string[];
}

/** An incident of an answer, see `compute-io`. */
export interface IncidentOutput {
  service: string;
  incident_id: string;
  start: string;
  resolved_at: string | null;
  duration: number | null;
  link: {
    method: string;
    service: string | null;
    environment: string | null;
    deployment_id: string | null;
  };
}

const instant = (at: number | null) => (at === null ? null : formatInstant(at));

/** The deployments and incidents of a scope in a window, row by row. */
export async function listRows(
  knex: Knex,
  question: MetricsQuestion,
  settings: MetricsSettings,
  now: number,
): Promise<{ deployments: DeploymentOutput[]; incidents: IncidentOutput[] }> {
  const asked = resolveQuestion(question, compileTiers(settings), now);
  const scope = new ScopeSql(asked, settings);
  const deployments = await query<
    Omit<DeploymentOutput, 'finished_at' | 'recovered_at'> & {
      finished_at: number;
      recovered_at: number | null;
    }
  >(
    knex,
    `WITH ${scope.with}
     SELECT d.service, d.environment, d.id, ${MILLISECONDS(
       'd.finished_at',
     )} AS finished_at, d.kind, d.rollback, d.failed, d.undid,
       ${MILLISECONDS('d.recovered_at')} AS recovered_at,
       d.contents_known AS "contentsKnown",
       ARRAY(SELECT c.sha FROM change_deployments AS c WHERE c.service = d.service
         AND c.environment = d.environment AND c.deployment_id = d.id ORDER BY c.sha) AS changes
     FROM deployments AS d ${scope.joins('d', 'd.finished_at')}
     WHERE ${scope.place('d')} AND ${scope.services(
      'd',
    )} AND d.counted AND d.status = 'success'
       AND d.finished_at >= :from AND d.finished_at < :to
     ORDER BY d.finished_at, d.service, d.environment, d.id`,
    scope.bindings,
  );
  const incidents = await query<{
    service: string;
    incident_id: string;
    start: number;
    resolved_at: number | null;
    duration: number | null;
    link_method: string;
    link_service: string | null;
    link_environment: string | null;
    link_deployment_id: string | null;
  }>(
    knex,
    `WITH ${scope.with}
     SELECT i.service, i.incident_id, ${MILLISECONDS('i.start')} AS start,
       ${MILLISECONDS(
         'i.resolved_at',
       )} AS resolved_at, i.duration, i.link_method,
       i.link_service, i.link_environment, i.link_deployment_id
     FROM ${scope.incidents()} ${scope.joins('i', 'i.start')}
     WHERE ${scope.services('i')} AND i.start >= :from AND i.start < :to
     ORDER BY i.start, i.service, i.incident_id`,
    scope.bindings,
  );
  return {
    deployments: deployments.map(row => ({
      ...row,
      finished_at: formatInstant(row.finished_at),
      recovered_at: instant(row.recovered_at),
    })),
    incidents: incidents.map(row => ({
      service: row.service,
      incident_id: row.incident_id,
      start: formatInstant(row.start),
      resolved_at: instant(row.resolved_at),
      duration: row.duration,
      link: {
        method: row.link_method,
        service: row.link_service,
        environment: row.link_environment,
        deployment_id: row.link_deployment_id,
      },
    })),
  };
}

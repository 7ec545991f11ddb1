import {
  changeUrls,
  formatInstant,
  safeUrl,
  splitLeadTime,
  type ChangeRow,
  type DeploymentRow,
  type IncidentRow,
  type LinkMethod,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { readPage, sortKey, type PageRequest } from './page';
import type { ScopeSql } from './scope';
import { MILLISECONDS } from './statements';

type Rows<Row> = { rows: Row[]; nextCursor: string | null };

/** One deployment, by the names that it has within the place asked for. */
export interface DeploymentName {
  readonly service: string;
  readonly environment: string;
  readonly id: string;
}

const instant = (at: number | null) => (at === null ? null : formatInstant(at));

const ENTITY_REF = (service: string) =>
  `(SELECT e.entity_ref FROM service_entities AS e
    WHERE e.service COLLATE "C" = ${service} AND e.removed_at IS NULL)`;

const withTemplate = (service: string, time: string) =>
  `LEFT JOIN service_templates AS lineage ON lineage.service = ${service}
     AND ${time} >= lineage.from_time AND ${time} < lineage.to_time`;

interface DeploymentRecord {
  service: string;
  entity_ref: string | null;
  environment: string;
  tier: string | null;
  id: string;
  status: DeploymentRow['status'];
  started_at: number | null;
  finished_at: number | null;
  kind: string | null;
  version: string | null;
  commit_sha: string | null;
  pipeline_run_id: string | null;
  release_id: string | null;
  correlation_id: string | null;
  template: string | null;
  template_version: string | null;
  rollback: boolean;
  failed: boolean;
  undid: string | null;
  recovered_at: number | null;
  contents_known: boolean;
  changes: number;
  incidents: number;
  undone_by: string | null;
  repository: string | null;
  url: string | null;
}

/** Deployments of any status and kind that finished, or else started, in the window. */
export async function listDeployments(
  knex: Knex,
  scope: ScopeSql,
  page: PageRequest,
  only?: DeploymentName,
): Promise<Rows<DeploymentRow>> {
  const time = 'coalesce(d.finished_at, d.started_at)';
  const { rows, nextCursor } = await readPage<DeploymentRecord>(
    knex,
    {
      with: scope.with,
      bindings: { ...scope.bindings, id: only?.id },
      rows: `SELECT d.service, ${ENTITY_REF('d.service')} AS entity_ref,
        d.environment, d.tier, d.id, d.status, ${MILLISECONDS(
          'd.started_at',
        )} AS started_at, ${MILLISECONDS('d.finished_at')} AS finished_at,
        d.kind, d.version, d.commit_sha, d.pipeline_run_id, d.release_id, d.correlation_id,
        lineage.template, lineage.version AS template_version, d.rollback, d.failed, d.undid,
        ${MILLISECONDS(
          'd.recovered_at',
        )} AS recovered_at, d.contents_known, d.changes, d.repository, d.url,
        (SELECT count(*)::int FROM incidents AS i WHERE i.link_service = d.service
          AND i.link_environment = d.environment AND i.link_deployment_id = d.id) AS incidents,
        CASE WHEN d.failed THEN (SELECT min(r.id) FROM deployments AS r WHERE r.service = d.service
          AND r.environment = d.environment AND r.undid = d.id AND r.rollback) END AS undone_by,
        ${sortKey({
          time,
          service: 'd.service',
          place: 'd.environment',
          id: 'd.id',
        })}
        FROM deployments AS d ${scope.joins('d', time)} ${withTemplate(
        'd.service',
        time,
      )}
        WHERE ${scope.place('d')} AND ${scope.services('d')}
          AND ${time} >= :from AND ${time} < :to ${
        only ? 'AND d.id = :id' : ''
      }`,
    },
    page,
  );
  return {
    nextCursor,
    rows: rows.map(row => ({
      service: row.service,
      entityRef: row.entity_ref,
      environment: row.environment,
      tier: row.tier,
      id: row.id,
      status: row.status,
      startedAt: instant(row.started_at),
      finishedAt: instant(row.finished_at),
      kind: row.kind,
      version: row.version,
      commitSha: row.commit_sha,
      pipelineRunId: row.pipeline_run_id,
      releaseId: row.release_id,
      correlationId: row.correlation_id,
      template: row.template,
      templateVersion: row.template_version,
      rollback: row.rollback,
      failed: row.failed,
      undid: row.undid,
      recoveredAt: instant(row.recovered_at),
      contentsKnown: row.contents_known,
      changes: row.changes,
      incidents: row.incidents,
      undoneBy: row.undone_by,
      urls: {
        commit: changeUrls({
          repository: row.repository,
          commitSha: row.commit_sha,
        }).commit,
        pipeline: safeUrl(row.url),
      },
    })),
  };
}

interface IncidentRecord {
  service: string;
  entity_ref: string | null;
  incident_id: string;
  place: string;
  title: string | null;
  url: string | null;
  severity: string | null;
  external: boolean;
  start: number | null;
  resolved_at: number | null;
  duration: number | null;
  link_method: LinkMethod;
  link_service: string | null;
  link_environment: string | null;
  link_deployment_id: string | null;
  corrected_by: string | null;
  corrected_at: number | null;
  correction_reason: string | null;
}

/** Incidents that were active in the window, or only ever resolved in it. */
export async function listIncidents(
  knex: Knex,
  scope: ScopeSql,
  page: PageRequest,
  blaming?: DeploymentName,
): Promise<Rows<IncidentRow>> {
  const time = 'coalesce(i.start, i.last_resolved_at)';
  const { rows, nextCursor } = await readPage<IncidentRecord>(
    knex,
    {
      with: scope.with,
      bindings: {
        ...scope.bindings,
        blamed_service: blaming?.service,
        blamed_environment: blaming?.environment,
        blamed_id: blaming?.id,
      },
      rows: `SELECT i.service, ${ENTITY_REF(
        'i.service',
      )} AS entity_ref, i.incident_id,
        coalesce(i.environment, i.tier) AS place, i.title, i.url, i.severity, i.external,
        ${MILLISECONDS('i.start')} AS start, ${MILLISECONDS(
        'i.resolved_at',
      )} AS resolved_at, i.duration,
        i.link_method, i.link_service, i.link_environment, i.link_deployment_id,
        i.corrected_by, ${MILLISECONDS(
          'i.corrected_at',
        )} AS corrected_at, i.correction_reason,
        ${sortKey({
          time,
          service: 'i.service',
          place: `''`,
          id: 'i.incident_id',
        })}
        FROM ${
          blaming
            ? `(SELECT * FROM incidents WHERE link_service = :blamed_service
                AND link_environment = :blamed_environment AND link_deployment_id = :blamed_id) AS i`
            : `${scope.incidents()} ${scope.joins('i', time)}`
        }
        WHERE ${scope.services('i', {
          visibleOnly: true,
          anyService: blaming !== undefined,
        })} AND ${time} < :to
          AND coalesce(i.resolved_at, CASE WHEN i.start IS NULL THEN i.last_resolved_at END, 'infinity') >= :from`,
    },
    page,
  );
  return {
    nextCursor,
    rows: rows.map(row => ({
      service: row.service,
      entityRef: row.entity_ref,
      incidentId: row.incident_id,
      environment: row.place,
      title: row.title,
      url: safeUrl(row.url),
      severity: row.severity,
      external: row.external,
      start: instant(row.start),
      resolvedAt: instant(row.resolved_at),
      duration: row.duration,
      link: {
        method: row.link_method,
        service: row.link_service,
        environment: row.link_environment,
        deploymentId: row.link_deployment_id,
      },
      correction:
        row.corrected_at === null
          ? null
          : {
              by: row.corrected_by,
              at: formatInstant(row.corrected_at),
              reason: row.correction_reason,
            },
    })),
  };
}

interface ChangeRecord {
  service: string;
  entity_ref: string | null;
  sha: string;
  pr_id: string | null;
  branch: string | null;
  repository: string | null;
  t0: number | null;
  lower_bound: boolean;
  opened_at: number | null;
  first_review_at: number | null;
  merged_at: number | null;
  url: string | null;
  environment: string | null;
  deployment_id: string | null;
  finished_at: number | null;
  lead_seconds: number | null;
  template: string | null;
  template_version: string | null;
}

/** Changes that were deployed in the window, and those from it that still wait. */
export async function listChanges(
  knex: Knex,
  scope: ScopeSql,
  page: PageRequest,
  inside?: DeploymentName,
): Promise<Rows<ChangeRow>> {
  const here = (alias: string) =>
    `${scope.place(alias)} ${
      scope.joinsReleases ? `AND ${alias}.first_in_tier` : ''
    }`;
  const { rows, nextCursor } = await readPage<ChangeRecord>(
    knex,
    {
      with: `${scope.with}, found AS (
        SELECT c.service, c.sha, c.finished_at AS at, c.environment, c.deployment_id, c.finished_at, c.lead_seconds
        FROM change_deployments AS c ${scope.joins('c', 'c.finished_at')}
        WHERE ${here('c')} AND ${scope.services('c')}
          AND c.finished_at >= :from AND c.finished_at < :to
          ${inside ? 'AND c.deployment_id = :deployment' : ''}
        UNION ALL
        SELECT c.service, c.sha, c.seen_at, NULL, NULL, NULL, NULL
        FROM changes AS c ${scope.joins('c', 'c.seen_at')}
        WHERE ${inside ? 'false' : 'true'} AND ${scope.services(
        'c',
      )} AND c.seen_at >= :from AND c.seen_at < :to
          AND NOT EXISTS (SELECT FROM change_deployments AS d
            WHERE d.service = c.service AND d.sha = c.sha AND ${here('d')})
      )`,
      bindings: { ...scope.bindings, deployment: inside?.id },
      rows: `SELECT c.service, ${ENTITY_REF(
        'c.service',
      )} AS entity_ref, c.sha, c.pr_id, c.branch, c.repository,
        ${MILLISECONDS('c.t0')} AS t0, c.lower_bound, ${MILLISECONDS(
        'c.opened_at',
      )} AS opened_at, ${MILLISECONDS(
        'c.first_review_at',
      )} AS first_review_at, ${MILLISECONDS('c.merged_at')} AS merged_at, c.url,
        found.environment, found.deployment_id, ${MILLISECONDS(
          'found.finished_at',
        )} AS finished_at, found.lead_seconds,
        lineage.template, lineage.version AS template_version,
        ${sortKey({
          time: 'found.at',
          service: 'c.service',
          place: 'found.environment',
          id: 'c.sha',
        })}
        FROM found JOIN changes AS c ON c.service = found.service AND c.sha = found.sha
        ${withTemplate('c.service', 'found.at')}`,
    },
    page,
  );
  return {
    nextCursor,
    rows: rows.map(row => ({
      service: row.service,
      entityRef: row.entity_ref,
      commitSha: row.sha,
      prId: row.pr_id,
      branch: row.branch,
      repository: row.repository,
      committedAt: instant(row.t0),
      lowerBound: row.lower_bound,
      openedAt: instant(row.opened_at),
      firstReviewAt: instant(row.first_review_at),
      mergedAt: instant(row.merged_at),
      deployment:
        row.environment !== null &&
        row.deployment_id !== null &&
        row.finished_at !== null
          ? {
              environment: row.environment,
              id: row.deployment_id,
              finishedAt: formatInstant(row.finished_at),
            }
          : null,
      leadTime: row.lead_seconds,
      leadTimeParts: splitLeadTime({
        committed: row.t0,
        opened: row.opened_at,
        reviewed: row.first_review_at,
        merged: row.merged_at,
        deployed: row.finished_at,
      }),
      urls: changeUrls({
        repository: row.repository,
        commitSha: row.sha,
        prId: row.pr_id,
        url: row.url,
      }),
      template: row.template,
      templateVersion: row.template_version,
    })),
  };
}

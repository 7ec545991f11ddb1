import type { LinkMethod } from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import type { Claim } from '../facts';

/** The most rows of one sort that a story is made of. */
export const MOST_ROWS = 5_000;

/** An instant in milliseconds, under the name that its column has. */
const MS = (column: string) =>
  `(extract(epoch FROM ${column}) * 1000)::float8 AS "${column
    .split('.')
    .pop()}"`;

const CLAIM = `service, kind, ${MS('claims.time')}, source, id, data`;

/** A claim with the service that it is about; null: none. */
export type StoryClaim = Claim & { readonly service: string | null };

/** The earliest claims that carry a correlation id, in their order. */
export function readCarriers(
  knex: Knex,
  correlationId: string,
): Promise<StoryClaim[]> {
  return query(
    knex,
    `SELECT ${CLAIM} FROM claims WHERE data->>'correlation_id' = :correlationId
     ORDER BY claims."time", id LIMIT ${MOST_ROWS}`,
    { correlationId },
  );
}

/** Evaluations of policies within these runs. */
export function readPolicyClaims(
  knex: Knex,
  runs: readonly string[],
): Promise<StoryClaim[]> {
  return query(
    knex,
    `SELECT ${CLAIM} FROM claims WHERE kind = 'policy.evaluated' AND data->>'run_id' = ANY(:runs::text[])
     ORDER BY claims."time", id LIMIT ${MOST_ROWS}`,
    { runs },
  );
}

/** Something of a service: a commit, a run. */
export interface OfService {
  readonly service: string;
  readonly value: string;
}

const pairs = (name: string) =>
  `unnest(:${name}_services::text[], :${name}_values::text[]) AS ${name} (service, value)`;

const bindPairs = (name: string, list: readonly OfService[]) => ({
  [`${name}_services`]: list.map(({ service }) => service),
  [`${name}_values`]: list.map(({ value }) => value),
});

/**
 * Builds of these runs or commits. A build may name the beginning of a sha
 * only, which is why it is compared with what others made whole.
 */
export function readBuildClaims(
  knex: Knex,
  runs: readonly OfService[],
  commits: readonly OfService[],
): Promise<StoryClaim[]> {
  return query(
    knex,
    `SELECT ${CLAIM} FROM claims
     WHERE kind IN ('build.started', 'build.completed') AND service = ANY(:services::text[]) AND (
       EXISTS (SELECT FROM ${pairs('run')}
         WHERE run.service = claims.service AND run.value = data->>'pipeline_run_id')
       OR EXISTS (SELECT FROM ${pairs('commit')}
         WHERE commit.service = claims.service AND length(data->>'commit_sha') >= 7
           AND starts_with(commit.value, data->>'commit_sha')))
     ORDER BY claims."time", id LIMIT ${MOST_ROWS}`,
    {
      services: [...new Set([...runs, ...commits].map(one => one.service))],
      ...bindPairs('run', runs),
      ...bindPairs('commit', commits),
    },
  );
}

/** A deployment as derivation left it. Instants in milliseconds. */
export interface StoryDeployment {
  readonly service: string;
  readonly environment: string;
  readonly id: string;
  readonly status: string;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly kind: string | null;
  readonly version: string | null;
  readonly commit_sha: string | null;
  readonly pipeline_run_id: string | null;
  readonly release_id: string | null;
  readonly correlation_id: string | null;
  readonly changes: number;
}

const DEPLOYMENT = `d.service, d.environment, d.id, d.status, ${MS(
  'd.started_at',
)}, ${MS('d.finished_at')}, d.kind, d.version, d.commit_sha,
  d.pipeline_run_id, d.release_id, d.correlation_id, d.changes`;

const EARLIEST = `ORDER BY coalesce(d.started_at, d.finished_at), d.environment, d.id LIMIT ${MOST_ROWS}`;

/** Deployments that carry a correlation id. */
export function readCarryingDeployments(
  knex: Knex,
  correlationId: string,
): Promise<StoryDeployment[]> {
  return query(
    knex,
    `SELECT ${DEPLOYMENT} FROM deployments AS d WHERE d.correlation_id = :correlationId ${EARLIEST}`,
    { correlationId },
  );
}

/** Deployments of these commits or runs, and those that brought the commits. */
export function readJoinedDeployments(
  knex: Knex,
  commits: readonly OfService[],
  runs: readonly OfService[],
): Promise<StoryDeployment[]> {
  return query(
    knex,
    `SELECT ${DEPLOYMENT} FROM deployments AS d
     WHERE (d.service, d.environment, d.id) IN (
       SELECT own.service, own.environment, own.id
       FROM ${pairs('commit')} JOIN deployments AS own
         ON own.service = commit.service AND own.commit_sha = commit.value
       UNION SELECT brought.service, brought.environment, brought.deployment_id
       FROM ${pairs('commit')} JOIN change_deployments AS brought
         ON brought.service = commit.service AND brought.sha = commit.value
       UNION SELECT own.service, own.environment, own.id
       FROM ${pairs('run')} JOIN deployments AS own
         ON own.service = run.service AND own.pipeline_run_id = run.value)
     ${EARLIEST}`,
    { ...bindPairs('commit', commits), ...bindPairs('run', runs) },
  );
}

/** A commit as derivation left it. Instants in milliseconds. */
export interface StoryChange {
  readonly service: string;
  readonly sha: string;
  readonly pr_id: string | null;
  readonly branch: string | null;
  readonly repository: string | null;
  readonly t0: number | null;
  readonly merged_at: number | null;
  readonly seen_at: number;
  /** The deployment of the story that brought it; null: it was asked for by itself. */
  readonly brought_by: string | null;
}

/** These commits, and what these deployments brought. */
export function readChanges(
  knex: Knex,
  commits: readonly OfService[],
  deployments: readonly StoryDeployment[],
): Promise<StoryChange[]> {
  return query(
    knex,
    `WITH asked AS (
       SELECT service, value AS sha, NULL AS brought_by FROM ${pairs('commit')}
       UNION ALL
       SELECT brought.service, brought.sha, brought.deployment_id
       FROM unnest(:services::text[], :environments::text[], :ids::text[]) AS d (service, environment, id)
       JOIN change_deployments AS brought ON brought.service = d.service
         AND brought.environment = d.environment AND brought.deployment_id = d.id)
     SELECT c.service, c.sha, c.pr_id, c.branch, c.repository, ${MS('c.t0')},
       ${MS('c.merged_at')}, ${MS('c.seen_at')},
       CASE WHEN bool_or(asked.brought_by IS NULL) THEN NULL ELSE min(asked.brought_by) END AS brought_by
     FROM asked JOIN changes AS c ON c.service = asked.service COLLATE "C" AND c.sha = asked.sha COLLATE "C"
     GROUP BY c.service, c.sha
     ORDER BY c.seen_at, c.sha LIMIT ${MOST_ROWS}`,
    {
      ...bindPairs('commit', commits),
      services: deployments.map(({ service }) => service),
      environments: deployments.map(({ environment }) => environment),
      ids: deployments.map(({ id }) => id),
    },
  );
}

/** An incident as derivation left it. Instants in milliseconds. */
export interface StoryIncident {
  readonly service: string;
  readonly incident_id: string;
  readonly place: string | null;
  readonly title: string | null;
  readonly url: string | null;
  readonly severity: string | null;
  readonly start: number | null;
  readonly resolved_at: number | null;
  readonly last_resolved_at: number | null;
  readonly link_method: LinkMethod;
  readonly link_service: string | null;
  readonly link_environment: string | null;
  readonly link_deployment_id: string | null;
}

/** These incidents, and those that are blamed on these deployments. */
export function readIncidents(
  knex: Knex,
  incidents: readonly OfService[],
  deployments: readonly StoryDeployment[],
): Promise<StoryIncident[]> {
  return query(
    knex,
    `SELECT i.service, i.incident_id, coalesce(i.environment, i.tier) AS place, i.title, i.url, i.severity,
       ${MS('i.start')}, ${MS('i.resolved_at')}, ${MS('i.last_resolved_at')},
       i.link_method, i.link_service, i.link_environment, i.link_deployment_id
     FROM incidents AS i
     WHERE (i.service, i.incident_id) IN (
       SELECT service, value FROM ${pairs('incident')}
       UNION SELECT blaming.service, blaming.incident_id
       FROM unnest(:services::text[], :environments::text[], :ids::text[]) AS d (service, environment, id)
       JOIN incidents AS blaming ON blaming.link_service = d.service
         AND blaming.link_environment = d.environment AND blaming.link_deployment_id = d.id)
     ORDER BY coalesce(i.start, i.last_resolved_at), i.incident_id LIMIT ${MOST_ROWS}`,
    {
      ...bindPairs('incident', incidents),
      services: deployments.map(({ service }) => service),
      environments: deployments.map(({ environment }) => environment),
      ids: deployments.map(({ id }) => id),
    },
  );
}

/** The catalog entities of services. */
export async function readEntityRefs(
  knex: Knex,
  services: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await query<{ service: string; entity_ref: string }>(
    knex,
    `SELECT service, entity_ref FROM service_entities
     WHERE service = ANY(?::text[]) AND entity_ref IS NOT NULL AND removed_at IS NULL`,
    [services],
  );
  return new Map(rows.map(row => [row.service, row.entity_ref]));
}

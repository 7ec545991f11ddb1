import type { MetricName } from '@four-keys/backstage-plugin-four-keys-common';
import type { ScopeSql } from './scope';

/**
 * The rows behind each metric, with these columns: `kind`, `service`,
 * `environment`, `id`, `at`, `value`, `excluded`, `details`.
 */
type EvidenceSql = (scope: ScopeSql, hasRate: boolean) => string;

const inWindow = (time: string) => `${time} >= :from AND ${time} < :to`;

const COLUMNS = 'kind, service, environment, id, at, value, excluded, details';

interface Select {
  readonly from: string;
  readonly kind: 'deployment' | 'change' | 'incident';
  readonly alias: string;
  readonly environment?: string;
  readonly id: string;
  readonly at: string;
  readonly value: string;
  /** SQL; null: nothing is left out. */
  readonly excluded: string;
  readonly details: Readonly<Record<string, string>>;
  readonly where: string;
}

function select(part: Select): string {
  const details = Object.entries(part.details)
    .map(([name, expression]) => `'${name}', ${expression}`)
    .join(', ');
  return `SELECT '${part.kind}' AS kind, ${part.alias}.service,
      ${part.environment ?? `${part.alias}.environment`} AS environment, ${
    part.id
  } AS id, ${part.at} AS at,
      (${part.value})::float8 AS value, ${
    part.excluded
  } AS excluded, jsonb_build_object(${details}) AS details
    FROM ${part.from} WHERE ${part.where}`;
}

const unitDetails = (scope: ScopeSql): Record<string, string> =>
  scope.joinsReleases
    ? { releaseId: 'u.release_id', members: 'u.members', failed: 'u.failed' }
    : {
        releaseId: 'u.release_id',
        version: 'u.version',
        commitSha: 'u.commit_sha',
        failed: 'u.failed',
      };

const units = (
  scope: ScopeSql,
  part: Pick<Select, 'value' | 'excluded'> &
    Partial<Pick<Select, 'details' | 'where' | 'at'>>,
) =>
  select({
    kind: 'deployment',
    alias: 'u',
    id: 'u.id',
    at: part.at ?? 'u.finished_at',
    value: part.value,
    excluded: part.excluded,
    details: part.details ?? unitDetails(scope),
    from: `${scope.units} ${scope.joins('u', 'u.finished_at')}`,
    where: `${scope.place('u')} AND ${scope.services('u')} AND ${
      part.where ?? inWindow('u.finished_at')
    }`,
  });

const deployments = (
  scope: ScopeSql,
  part: Pick<Select, 'value' | 'excluded' | 'where'> &
    Partial<Pick<Select, 'at'>>,
) => {
  const at = part.at ?? 'd.finished_at';
  return select({
    kind: 'deployment',
    alias: 'd',
    id: 'd.id',
    at,
    value: part.value,
    excluded: part.excluded,
    details: {
      status: 'd.status',
      kind: 'd.kind',
      version: 'd.version',
      commitSha: 'd.commit_sha',
    },
    from: `deployments AS d ${scope.joins('d', at)}`,
    where: `${scope.place('d')} AND ${scope.services('d')} AND ${inWindow(
      at,
    )} AND ${part.where}`,
  });
};

/** Deployments that take no part in any metric. */
const bystanders = (scope: ScopeSql) =>
  deployments(scope, {
    at: 'coalesce(d.finished_at, d.started_at)',
    value: 'NULL',
    excluded: `CASE WHEN d.counted THEN 'not_finished' ELSE 'restart_or_scale' END`,
    where: `(NOT d.counted OR d.status IN ('running', 'cancelled'))`,
  });

const incidentSelect = (
  scope: ScopeSql,
  part: Pick<Select, 'value' | 'excluded' | 'at' | 'where'>,
) =>
  select({
    kind: 'incident',
    alias: 'i',
    environment: 'coalesce(i.environment, i.tier)',
    id: 'i.incident_id',
    details: {
      title: 'i.title',
      url: 'i.url',
      severity: 'i.severity',
      linkMethod: 'i.link_method',
      linkDeployment: 'i.link_deployment_id',
    },
    from: `${scope.incidents()} ${scope.joins(
      'i',
      'coalesce(i.start, i.last_resolved_at)',
    )}`,
    ...part,
    where: `${scope.services('i')} AND ${part.where}`,
  });

const union = (...parts: string[]) =>
  parts
    .map(part => `SELECT ${COLUMNS} FROM (${part}) AS part`)
    .join(' UNION ALL ');

const EVIDENCE: Record<MetricName, EvidenceSql> = {
  deploymentFrequency: scope =>
    union(units(scope, { value: '1', excluded: 'NULL' }), bystanders(scope)),

  leadTime: scope =>
    union(
      select({
        kind: 'change',
        alias: 'c',
        id: 'c.sha',
        at: 'c.finished_at',
        value: 'c.lead_seconds',
        excluded: `CASE WHEN c.lead_seconds < 0 THEN 'deployed_before_commit'
          WHEN c.lead_seconds IS NULL THEN 'commit_time_unknown' END`,
        details: {
          deployment: 'c.deployment_id',
          lowerBound: 'c.lower_bound',
        },
        from: `change_deployments AS c ${scope.joins('c', 'c.finished_at')}`,
        where: `${scope.place('c')} AND ${scope.services('c')} AND ${inWindow(
          'c.finished_at',
        )} ${scope.joinsReleases ? 'AND c.first_in_tier' : ''}`,
      }),
      deployments(scope, {
        value: 'NULL',
        excluded: `'contents_unknown'`,
        where: `d.counted AND d.status = 'success' AND NOT d.contents_known`,
      }),
    ),

  changeFailureRate: (scope, hasRate) =>
    union(
      units(scope, {
        value: 'u.failed::int',
        excluded: `CASE WHEN u.rollback THEN 'rollback_not_counted'
          ${
            hasRate
              ? `WHEN NOT ${scope.isKnown('u')} THEN 'incident_source_unknown'`
              : ''
          } END`,
      }),
      incidentSelect(scope, {
        at: 'i.start',
        value: 'NULL',
        excluded: `'external'`,
        where: `i.external AND i.link_deployment_id IS NULL AND ${inWindow(
          'i.start',
        )}`,
      }),
    ),

  timeToRestore: scope =>
    union(
      incidentSelect(scope, {
        at: 'i.resolved_at',
        value: 'i.duration',
        excluded: 'NULL',
        where: inWindow('i.resolved_at'),
      }),
      incidentSelect(scope, {
        at: 'i.start',
        value: 'NULL',
        excluded: `'still_open'`,
        where: `i.start < :to AND EXISTS (
          SELECT FROM unnest(i.period_starts, i.period_ends) AS period (begun, ended)
          WHERE begun < :to AND ended >= :to)`,
      }),
      incidentSelect(scope, {
        at: 'i.last_resolved_at',
        value: 'NULL',
        excluded: `'resolved_before_opened'`,
        where: `i.start IS NULL AND ${inWindow('i.last_resolved_at')}`,
      }),
    ),

  failedDeploymentRecoveryTime: scope =>
    union(
      units(scope, {
        at: 'u.recovered_at',
        value: 'extract(epoch FROM u.recovered_at - u.finished_at)',
        excluded: `CASE WHEN u.recovered_at < u.finished_at THEN 'recovered_before_failure' END`,
        where: `u.failed AND NOT u.rollback AND ${inWindow('u.recovered_at')}`,
      }),
      units(scope, {
        value: 'NULL',
        excluded: `'not_recovered'`,
        where: `u.failed AND NOT u.rollback AND ${inWindow('u.finished_at')}
          AND (u.recovered_at IS NULL OR u.recovered_at >= :to)`,
      }),
    ),

  deploymentReworkRate: scope =>
    union(
      units(scope, { value: 'u.rework::int', excluded: 'NULL' }),
      bystanders(scope),
    ),

  deploymentSuccessRate: scope =>
    union(
      deployments(scope, {
        value: `(d.status = 'success')::int`,
        excluded: 'NULL',
        where: `d.counted AND d.status IN ('success', 'failure')`,
      }),
      bystanders(scope),
    ),
};

/** A query for the rows behind a metric. */
export function evidenceSql(
  metric: MetricName,
  scope: ScopeSql,
  hasRate: boolean,
): string {
  return EVIDENCE[metric](scope, hasRate);
}

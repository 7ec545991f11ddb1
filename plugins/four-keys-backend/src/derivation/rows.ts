import { formatInstant } from '@four-keys/backstage-plugin-four-keys-common';
import type { Claim } from '../facts';
import { deriveOutcomes, type LinkedIncident } from './failures';
import { isSuccess, type Success } from './deployments';
import { fingerprintOf } from './fingerprint';
import { compareFinished } from './order';
import { joinReleases, releaseRecoveredAt, type Release } from './releases';
import type { DeployedService } from './service';
import { deriveTemplates } from './templates';

/** A row of a derived table, as PostgreSQL reads it from JSON. */
export type DerivedRow = Record<
  string,
  string | number | boolean | null | readonly string[]
>;

/** Everything derived of one service, by table. */
export interface DerivedRows {
  readonly deployments: DerivedRow[];
  readonly releases: DerivedRow[];
  readonly changes: DerivedRow[];
  readonly change_deployments: DerivedRow[];
  readonly incidents: DerivedRow[];
  readonly service_templates: DerivedRow[];
}

export type DerivedTable = keyof DerivedRows;

function instant(at: number | undefined): string | null {
  if (at === undefined) {
    return null;
  }
  if (Number.isFinite(at)) {
    return formatInstant(at);
  }
  return at < 0 ? '-infinity' : 'infinity';
}

function deploymentRows(
  service: DeployedService,
  outcomes: ReturnType<typeof deriveOutcomes>,
  counts: ReadonlyMap<Success, number>,
  releases: readonly Release[],
  mentions: Mentions,
): DerivedRow[] {
  const firstOf = new Map(
    releases.flatMap(release =>
      release.map(member => [member, release[0]] as const),
    ),
  );
  return service.deployments.map(deployment => {
    const success = isSuccess(deployment) ? deployment : undefined;
    const outcome = success && outcomes.get(success);
    return {
      service: deployment.service,
      environment: deployment.environment,
      id: deployment.id,
      tier: deployment.tier,
      status: deployment.status,
      counted: deployment.counted,
      started_at: instant(deployment.startedAt),
      finished_at: instant(deployment.finishedAt),
      kind: deployment.kind ?? null,
      version: deployment.version ?? null,
      commit_sha: deployment.commitSha ?? null,
      branch: deployment.branch ?? null,
      pipeline_run_id: deployment.pipelineRunId ?? null,
      release_id: deployment.releaseId ?? null,
      release_first_environment:
        (success && firstOf.get(success)?.environment) ?? null,
      release_first_id: (success && firstOf.get(success)?.id) ?? null,
      correlation_id: deployment.correlationId ?? null,
      remediates: deployment.remediates ?? null,
      contents_known: success ? service.contentsKnown.has(success) : false,
      changes: (success && counts.get(success)) ?? 0,
      rollback: outcome?.rollback ?? false,
      rework: outcome?.rework ?? false,
      failed: outcome?.failed ?? false,
      undid: outcome?.undid?.id ?? null,
      recovered_at: instant(outcome?.recoveredAt),
      repository:
        deployment.repository ??
        mentions.repositories.get(deployment.commitSha ?? '') ??
        null,
      url: deployment.url ?? null,
    };
  });
}

function releaseRows(
  releases: readonly Release[],
  service: DeployedService,
  outcomes: ReturnType<typeof deriveOutcomes>,
): DerivedRow[] {
  return releases.map(release => {
    const [first] = release;
    const members = release.map(member => outcomes.get(member)!);
    return {
      service: first.service,
      tier: first.tier,
      environment: first.environment,
      id: first.id,
      release_id: first.releaseId ?? null,
      members: release.length,
      finished_at: instant(first.finishedAt),
      rollback: members.every(member => member.rollback),
      rework: members.some(member => member.rework),
      failed: members.some(member => member.failed),
      contents_known: release.some(member => service.contentsKnown.has(member)),
      recovered_at: instant(releaseRecoveredAt(release, outcomes)),
    };
  });
}

/** What events say of commits beside what makes them changes. */
interface Mentions {
  /** The first time that a commit is spoken of. */
  readonly seen: ReadonlyMap<string, number>;
  readonly repositories: ReadonlyMap<string, string>;
  /** Of commits without a pull request. */
  readonly urls: ReadonlyMap<string, string>;
}

function findMentions(claims: readonly Claim[]): Mentions {
  const seen = new Map<string, number>();
  const repositories = new Map<string, string>();
  const urls = new Map<string, string>();
  for (const claim of claims) {
    const { commit_sha: sha, repository } = claim.data as {
      commit_sha?: string;
      repository?: string;
    };
    if (claim.kind === 'change.created' && claim.data.url !== undefined) {
      const known = urls.get(claim.data.commit_sha);
      if (known === undefined || claim.data.url < known) {
        urls.set(claim.data.commit_sha, claim.data.url);
      }
    }
    const commits = 'commits' in claim.data ? claim.data.commits : undefined;
    const listed = (commits as Array<{ sha: string }> | undefined) ?? [];
    for (const named of [...(sha ? [sha] : []), ...listed.map(c => c.sha)]) {
      seen.set(named, Math.min(seen.get(named) ?? Infinity, claim.time));
      if (repository !== undefined) {
        const known = repositories.get(named);
        if (known === undefined || repository < known) {
          repositories.set(named, repository);
        }
      }
    }
  }
  return { seen, repositories, urls };
}

function changeRows(
  name: string,
  service: DeployedService,
  { seen, repositories, urls }: Mentions,
): DerivedRow[] {
  const { changes } = service;
  const proposedIn = new Map(
    changes
      .pullRequests()
      .flatMap(pullRequest =>
        [...pullRequest.listed].map(sha => [sha, pullRequest] as const),
      ),
  );
  return [...changes.shas].map(sha => {
    const { t0, lowerBound } = changes.clockOf(sha);
    const landing = changes.landingsOf(sha).at(0);
    const pullRequest = landing ? landing.pullRequest : proposedIn.get(sha);
    return {
      service: name,
      sha,
      t0: instant(t0),
      lower_bound: lowerBound,
      pr_id: pullRequest?.prId ?? null,
      branch: landing?.branch ?? null,
      repository: repositories.get(sha) ?? null,
      opened_at: instant(pullRequest?.openedAt),
      first_review_at: instant(pullRequest?.firstReviewAt),
      merged_at: instant(landing?.at),
      seen_at: instant(t0 ?? landing?.at ?? seen.get(sha) ?? 0),
      url: (pullRequest ? pullRequest.url : urls.get(sha)) ?? null,
    };
  });
}

function ownershipRows(
  name: string,
  service: DeployedService,
): { rows: DerivedRow[]; counts: Map<Success, number> } {
  const rows: DerivedRow[] = [];
  const counts = new Map<Success, number>();
  for (const [sha, owners] of service.ownersOf) {
    const { t0, lowerBound } = service.changes.clockOf(sha);
    for (const owner of owners) {
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
      const firstInTier =
        owner.tier !== null &&
        owners.every(
          other =>
            other.tier !== owner.tier || compareFinished(owner, other) <= 0,
        );
      rows.push({
        service: name,
        sha,
        environment: owner.environment,
        tier: owner.tier,
        first_in_tier: firstInTier,
        deployment_id: owner.id,
        finished_at: instant(owner.finishedAt),
        lead_seconds: t0 === undefined ? null : (owner.finishedAt - t0) / 1000,
        lower_bound: lowerBound,
      });
    }
  }
  return { rows, counts };
}

function incidentRow({ incident, link }: LinkedIncident): DerivedRow {
  const { periods, resolvedAt } = incident;
  const active = periods.reduce(
    (sum, period) => sum + ((period.end ?? period.start) - period.start),
    0,
  );
  return {
    service: incident.service,
    incident_id: incident.id,
    environment: incident.place.environment,
    tier: incident.place.tier,
    title: incident.title ?? null,
    url: incident.url ?? null,
    severity: incident.severity ?? null,
    external: incident.external,
    start: instant(incident.start),
    resolved_at: instant(resolvedAt),
    duration: resolvedAt === undefined ? null : active / 1000,
    last_resolved_at: instant(incident.lastResolvedAt),
    period_starts: periods.map(period => formatInstant(period.start)),
    period_ends: periods.map(
      period => instant(period.end ?? Infinity) ?? 'infinity',
    ),
    link_method: link.method,
    link_service: link.deployment?.service ?? null,
    link_environment: link.deployment?.environment ?? null,
    link_deployment_id: link.deployment?.id ?? null,
    corrected_by: incident.correction?.by ?? null,
    corrected_at: instant(incident.correction?.at),
    correction_reason: incident.correction?.reason ?? null,
  };
}

/** The rows of the derived tables for one service. */
export function toRows(options: {
  readonly name: string;
  readonly service: DeployedService;
  readonly claims: readonly Claim[];
  /** Its own incidents. */
  readonly incidents: readonly LinkedIncident[];
  /** Incidents of other services that are blamed on its deployments. */
  readonly foreign: readonly LinkedIncident[];
}): DerivedRows {
  const { name, service, claims, incidents, foreign } = options;
  const outcomes = deriveOutcomes(service, name, [...incidents, ...foreign]);
  const ownership = ownershipRows(name, service);
  const releases = joinReleases(service);
  const mentions = findMentions(claims);
  const rows: DerivedRows = {
    deployments: deploymentRows(
      service,
      outcomes,
      ownership.counts,
      releases,
      mentions,
    ),
    releases: releaseRows(releases, service, outcomes),
    changes: changeRows(name, service, mentions),
    change_deployments: ownership.rows,
    incidents: incidents.map(incidentRow),
    service_templates: deriveTemplates(claims).map(span => ({
      service: name,
      from_time: instant(span.from),
      to_time: instant(span.to),
      template: span.template,
      version: span.version ?? null,
    })),
  };
  for (const table of Object.values(rows)) {
    for (const row of table) {
      row.fingerprint = fingerprintOf(row);
    }
  }
  return rows;
}

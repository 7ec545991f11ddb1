import {
  changeUrls,
  safeUrl,
  type EvidenceRow,
  type EvidenceUrls,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';

type Row = Pick<EvidenceRow, 'kind' | 'service' | 'environment' | 'id'>;

/** Where a row of evidence leads. */
export type EvidenceLinks = Pick<EvidenceRow, 'entityRef' | 'urls'>;

interface Found {
  readonly entity_ref: string | null;
  readonly repository: string | null;
  readonly sha: string | null;
  readonly pr_id: string | null;
  readonly change_url: string | null;
  readonly run_url: string | null;
  readonly incident_url: string | null;
}

function urlsOf(found: Found): EvidenceUrls {
  const { commit, pullRequest } = changeUrls({
    repository: found.repository,
    commitSha: found.sha,
    prId: found.pr_id,
    url: found.change_url,
  });
  const urls = {
    commit,
    pullRequest,
    pipeline: safeUrl(found.run_url),
    incident: safeUrl(found.incident_url),
  };
  return Object.fromEntries(
    Object.entries(urls).filter(([, url]) => url !== null),
  );
}

/** Where each of these rows leads, in their order. */
export async function findEvidenceLinks(
  knex: Knex,
  rows: readonly Row[],
): Promise<EvidenceLinks[]> {
  const found = await query<Found>(
    knex,
    `SELECT e.entity_ref, coalesce(c.repository, d.repository) AS repository,
       coalesce(c.sha, d.commit_sha) AS sha, c.pr_id, c.url AS change_url,
       d.url AS run_url, i.url AS incident_url
     FROM unnest(?::text[], ?::text[], ?::text[], ?::text[])
       WITH ORDINALITY AS row (kind, service, environment, id, position)
     LEFT JOIN service_entities AS e
       ON e.service = row.service AND e.removed_at IS NULL
     LEFT JOIN changes AS c
       ON row.kind = 'change' AND c.service = row.service AND c.sha = row.id
     LEFT JOIN deployments AS d ON row.kind = 'deployment' AND d.service = row.service
       AND d.environment = row.environment AND d.id = row.id
     LEFT JOIN incidents AS i
       ON row.kind = 'incident' AND i.service = row.service AND i.incident_id = row.id
     ORDER BY row.position`,
    [
      rows.map(row => row.kind),
      rows.map(row => row.service),
      rows.map(row => row.environment),
      rows.map(row => row.id),
    ],
  );
  return found.map(row => ({ entityRef: row.entity_ref, urls: urlsOf(row) }));
}

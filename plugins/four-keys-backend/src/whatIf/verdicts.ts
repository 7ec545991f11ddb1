import {
  formatInstant,
  type DeploymentVerdict,
  type WhatIfDifference,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { ScopeSql } from '../metrics/scope';
import { MILLISECONDS } from '../metrics/statements';

export type Side = 'today' | 'changed';

const MAX_DIFFERENCES = 500;

/** What is compared of a deployment. */
const VERDICT = [
  'tier',
  'counts',
  'rollback',
  'rework',
  'failed',
  'recovered_at',
  'changes',
] as const;

export const CREATE_VERDICTS = `
  CREATE TEMP TABLE verdicts (
    side text, service text COLLATE "C", environment text COLLATE "C", id text COLLATE "C",
    finished_at timestamptz, kind text, tier text, counts boolean, rollback boolean,
    rework boolean, failed boolean, recovered_at timestamptz, changes integer,
    PRIMARY KEY (side, service, environment, id)
  )`;

/** Keeps what the derived rows of now say about the deployments of the scope and window. */
export async function keepVerdicts(
  tx: Knex.Transaction,
  side: Side,
  scope: ScopeSql,
): Promise<void> {
  await query(
    tx,
    `WITH ${scope.with}
     INSERT INTO pg_temp.verdicts
     SELECT :side, d.service, d.environment, d.id, d.finished_at, d.kind, d.tier,
       coalesce(d.counted AND d.status = 'success' AND ${scope.place(
         'd',
       )}, false),
       d.rollback, d.rework, d.failed, d.recovered_at,
       (SELECT count(*) FROM change_deployments AS c
        WHERE c.service = d.service AND c.environment = d.environment
          AND c.finished_at = d.finished_at AND c.deployment_id = d.id
          ${scope.joinsReleases ? 'AND c.first_in_tier' : ''})
     FROM deployments AS d ${scope.joins('d', 'd.finished_at')}
     WHERE ${scope.services('d')}
       AND d.finished_at >= :from AND d.finished_at < :to`,
    { ...scope.bindings, side },
  );
}

interface VerdictRecord {
  tier: string | null;
  counts: boolean;
  rollback: boolean;
  rework: boolean;
  failed: boolean;
  recovered_at: number | null;
  changes: number;
}

interface DifferenceRecord {
  service: string;
  environment: string;
  id: string;
  finished_at: number;
  kind: string | null;
  today: VerdictRecord;
  changed: VerdictRecord;
  total: number;
}

const toVerdict = ({
  recovered_at: recoveredAt,
  ...verdict
}: VerdictRecord): DeploymentVerdict => ({
  ...verdict,
  recoveredAt: recoveredAt === null ? null : formatInstant(recoveredAt),
});

const columns = (side: Side) =>
  VERDICT.map(column => `${side}.${column}`).join(', ');

const asObject = (side: Side) =>
  `json_build_object(${VERDICT.map(column => {
    const value = `${side}.${column}`;
    return `'${column}', ${
      column === 'recovered_at' ? MILLISECONDS(value) : value
    }`;
  }).join(', ')}) AS ${side}`;

/** The deployments of which one side, or both, count and say something else. */
export async function compareVerdicts(
  tx: Knex.Transaction,
): Promise<{ differences: WhatIfDifference[]; totalDifferences: number }> {
  const rows = await query<DifferenceRecord>(
    tx,
    `SELECT service, environment, id, ${MILLISECONDS(
      'today.finished_at',
    )} AS finished_at,
       today.kind, ${asObject('today')}, ${asObject('changed')},
       (count(*) OVER ())::int AS total
     FROM (SELECT * FROM pg_temp.verdicts WHERE side = 'today') AS today
     JOIN (SELECT * FROM pg_temp.verdicts WHERE side = 'changed') AS changed
       USING (service, environment, id)
     WHERE (today.counts OR changed.counts)
       AND (${columns('today')}) IS DISTINCT FROM (${columns('changed')})
     ORDER BY today.finished_at DESC, service, environment, id
     LIMIT ${MAX_DIFFERENCES}`,
  );
  return {
    totalDifferences: rows.at(0)?.total ?? 0,
    differences: rows.map(row => ({
      service: row.service,
      environment: row.environment,
      id: row.id,
      finishedAt: formatInstant(row.finished_at),
      kind: row.kind,
      today: toVerdict(row.today),
      changed: toVerdict(row.changed),
    })),
  };
}
